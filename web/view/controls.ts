import type { Picture } from '../../functions/api/schemas.ts';
import { type ControlAction, QUESTIONS } from '../model/control-question.ts';
import { part, setText } from './element.ts';
import { confirmed } from './confirmation.ts';

const BUTTONS = ['pause', 'checkpoint', 'drain'] as const;

/** The buttons that ask something of the pipeline. Nothing is asked before it was confirmed. */
export class Controls {
  readonly #onOutcome: (sentence: string) => void;
  #summary: Picture['pipeline'] | undefined;

  constructor(onOutcome: (sentence: string) => void) {
    this.#onOutcome = onOutcome;
    for (const button of BUTTONS) part(button, 'button').addEventListener('click', () => void this.#ask(this.#actionOf(button)));
  }

  show(summary: Picture['pipeline']): void {
    this.#summary = summary;
    const isOver = summary.state === 'drained' || summary.state === 'new';
    for (const button of BUTTONS) part(button, 'button').disabled = isOver;
    const { label } = QUESTIONS[this.#actionOf('pause')];
    setText(part('pause', 'button'), `${label}…`);
  }

  /** What is paused can go on. */
  #actionOf(button: (typeof BUTTONS)[number]): ControlAction {
    return button === 'pause' && this.#summary?.state === 'paused' ? 'resume' : button;
  }

  async #ask(action: ControlAction): Promise<void> {
    const { id = '' } = this.#summary ?? {};
    if (!(await confirmed(QUESTIONS[action], id))) return;
    try {
      const answer = await fetch(`pipelines/${encodeURIComponent(id)}/${action}`, {
        method: 'POST',
        ...(action === 'drain' && { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ confirm: id }) }),
      });
      this.#onOutcome(answer.ok ? QUESTIONS[action].asked : `${QUESTIONS[action].label}: ${await refusalIn(answer)}`);
    } catch {
      this.#onOutcome(`${QUESTIONS[action].label}: the server did not answer. Look whether it was done before you ask again.`);
    }
  }
}

/** The sentence of a problem; what stands before the API refuses without one. */
async function refusalIn(answer: Response): Promise<string> {
  const said = (await answer.json().catch(() => ({}))) as { detail?: string };
  if (said.detail !== undefined) return said.detail;
  return answer.status === 401 || answer.status === 403 ? 'you may look, and not ask for this.' : `it was refused (${answer.status}).`;
}
