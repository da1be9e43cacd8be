import type { Pane } from '../pipeline/pane.ts';

/** Where panes go. Write one by yourself: this method is all of it. */
export interface PaneSink<P = Pane> {
  /**
   * Takes the new panes of one delivery, in their order. When it returns, they are where they belong. After an error, or a crash, those that may be missing are brought again, with
   * the same ids: what must not happen twice is done by `id`, or noted in a memory.
   *
   * @throws {PartlyTakenError} when only the first of them are known to be there. Any other error means that none is.
   */
  put(panes: readonly P[]): Promise<void>;
}

/** A sink took only the first panes; the next one and all behind it must be brought again. */
export class PartlyTakenError extends Error {
  override readonly name = 'PartlyTakenError';
  /** How many, from the first on. */
  readonly taken: number;

  constructor(taken: number, cause: unknown) {
    super(`${taken} panes were taken, and the next one was not: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.taken = taken;
  }
}

/** A pane that its receiver will never take, as it goes to where such are kept. */
export interface DeadPane {
  /** Of the pane. */
  readonly id: string;
  /** The whole pane, as it came. */
  readonly pane: Pane;
  /** Why, for people. */
  readonly reason: string;
  /** When it was given up, in epoch milliseconds. */
  readonly atMs: number;
}
