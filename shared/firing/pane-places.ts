import { type LineWriter, type Phrase, phrase } from '../log/line-writer.ts';
import type { Position } from '../log/position.ts';
import { FIRST_LANE, type Lane } from '../pipeline/lane.ts';

const END = phrase('}}');

/** The places of the panes of one epoch: what each says last, and before it whether it may lack something. */
export class PanePlaces {
  /** Of the panes that come next. */
  areIncomplete = false;
  readonly #beforeIndex: Phrase;
  readonly #beforeIndexIncomplete: Phrase;
  #next = 0;

  constructor(epoch: Position, lane: Lane) {
    const place = `,"epoch":{${lane === FIRST_LANE ? '' : `"lane":${lane},`}"position":${epoch},"index":`;
    this.#beforeIndex = phrase(place);
    this.#beforeIndexIncomplete = phrase(`,"isIncomplete":true${place}`);
  }

  /** Writes where the pane stands of which everything else has been written. */
  endPane(lines: LineWriter): void {
    lines.phrase(this.areIncomplete ? this.#beforeIndexIncomplete : this.#beforeIndex);
    lines.number(this.#next++);
    lines.phrase(END);
    lines.endLine();
  }
}
