import { stripVTControlCharacters, styleText } from 'node:util';
import type { Message } from '../../examples/conversations.ts';
import type { ModelAnswer } from '../../shared/adapters/sinks/model-sink.ts';
import type { Exchange } from './question.ts';

export interface ConversationViewOptions {
  readonly write: (line: string) => void;
  /** Columns of the terminal. */
  readonly width: number;
  readonly hasColors: boolean;
}

type Format = Parameters<typeof styleText>[0];

const WIDTH_MIN = 40;
const WIDTH_MAX = 110;
const CLOCK_WIDTH = 9;

/** Conversations on a terminal as they come: the customer on the left, the manager on the right, each window where it closes, and what the model says to it. */
export class ConversationView {
  readonly #options: ConversationViewOptions;
  readonly #width: number;
  #newestAt = Number.NEGATIVE_INFINITY;

  constructor(options: ConversationViewOptions) {
    this.#options = options;
    this.#width = Math.min(Math.max(options.width, WIDTH_MIN), WIDTH_MAX);
  }

  message({ session, from, at, text }: Message): void {
    const isBehind = at < this.#newestAt;
    this.#newestAt = Math.max(this.#newestAt, at);
    const room = Math.floor((this.#width - CLOCK_WIDTH) * 0.72);
    const lines = wrapped(text, room);
    const indent =
      from === 'customer' ? 0 : this.#width - CLOCK_WIDTH - Math.max(...lines.map((line) => line.length), session.length + from.length + 3);
    const head = `${from} · ${session}${isBehind ? this.#styled('yellow', '  out of order') : ''}`;
    this.#say(`${this.#styled('dim', clock(at))} ${' '.repeat(indent)}${this.#styled(from === 'customer' ? 'cyan' : 'green', head)}`);
    for (const line of lines) this.#say(`${' '.repeat(CLOCK_WIDTH + indent)}${line}`);
  }

  closed({ key, start, end, count }: Exchange): void {
    const said = ` ${clock(start)}–${clock(end)} ${key}: ${count} ${count === 1 ? 'message' : 'messages'}, closed `;
    this.#say(this.#styled('dim', `──${said}${'─'.repeat(Math.max(0, this.#width - said.length - 2))}`));
  }

  answer({ pane: { key, start, end }, text, failure, tookMs }: ModelAnswer<Exchange>): void {
    const color: Format = text === undefined ? 'red' : 'magenta';
    const title = `${text === undefined ? 'no answer' : 'answer'} to ${key}, ${clock(start)}–${clock(end)}, after ${(tookMs / 1000).toFixed(1)} s`;
    this.#say(`${this.#styled(color, '┌')} ${this.#styled([color, 'bold'], title)}`);
    for (const line of wrapped(text ?? failure ?? '', this.#width - 2)) this.#say(`${this.#styled(color, '│')} ${line}`);
  }

  #styled(format: Format, text: string): string {
    return this.#options.hasColors ? styleText(format, text, { validateStream: false }) : text;
  }

  #say(line: string): void {
    this.#options.write(line);
  }
}

/** `09:00:13` */
function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}

/** Lines of at most so many columns; nothing in them can move the cursor. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of stripVTControlCharacters(text).split('\n')) {
    let line = '';
    for (const word of paragraph.replaceAll(/\p{Cc}/gu, ' ').split(' ')) {
      if (line !== '' && line.length + 1 + word.length > width) {
        lines.push(line);
        line = word;
      } else {
        line = line === '' ? word : `${line} ${word}`;
      }
    }
    lines.push(line);
  }
  return lines;
}
