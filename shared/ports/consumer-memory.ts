/** What has been seen of one pipeline's panes on one shard. */
export interface SeenInEpoch {
  /** The newest epoch. Of every older one all panes have been seen. */
  readonly epoch: number;
  /** Of the newest, a bit a pane: bit `index & 7` of byte `index >> 3`. */
  readonly indexes: Uint8Array;
}

/** What a consumer remembers of one shard of the output stream. */
export interface Remembered {
  /** Counts the writes: 1 after the first. */
  readonly revision: number;
  /** By the name of the pipeline, as several may write to a stream. */
  readonly byPipeline: ReadonlyMap<string, SeenInEpoch>;
}

/** A write that has not been made. */
export interface MemoryChange {
  /** Of the output stream. */
  readonly shard: string;
  /** What is known of it from now on. */
  readonly remembered: Remembered;
}

/** Keeps, for one consumer, what it has seen. */
export interface ConsumerMemory {
  /** Linearizable: sees every write that was answered. */
  read(shard: string): Promise<Remembered | undefined>;
  /**
   * Replaces what is there if that has the revision before, or is nothing when the revision is 1; otherwise another has written: `'conflict'`. When it
   * throws, it may or may not be written.
   */
  write(change: MemoryChange): Promise<'written' | 'conflict'>;
}
