import { type LineWriter, type Phrase, phrase } from '../log/line-writer.ts';
import type { Position } from '../log/position.ts';
import { FIRST_LANE, type Lane } from '../pipeline/lane.ts';

const END = phrase('}}');

/** The places of the panes of one epoch: what each says last. */
export class PanePlaces {
  readonly #beforeIndex: Phrase;
  #next = 0;

  constructor(epoch: Position, lane: Lane) {
    this.#beforeIndex = phrase(`,"epoch":{${lane === FIRST_LANE ? '' : `"lane":${lane},`}"position":${epoch},"index":`);
  }

  /** Writes where the pane stands of which everything else has been written. */
  endPane(lines: LineWriter): void {
    lines.phrase(this.#beforeIndex);
    lines.number(this.#next++);
    lines.phrase(END);
    lines.endLine();
  }
}
