/** What keys look like: `user-123`, `anna.karlsson17@example.com`, a UUID. */
export type KeyKind = 'id' | 'email' | 'uuid';
export const KEY_KINDS: readonly KeyKind[] = ['id', 'email', 'uuid'];

/** Bytes of a row in a commit, by how many events the rows of a batch have on average: a key with one event says its value once. */
export type RowBytes = readonly (readonly [events: number, bytes: number])[];

const ROW_BYTES: Readonly<Record<KeyKind, RowBytes>> = {
  id: [
    [1.05, 4.91],
    [1.46, 6.75],
    [1.93, 8.22],
    [3.15, 10.1],
    [10, 11.3],
  ],
  email: [
    [1.05, 11.66],
    [1.46, 13.63],
    [1.93, 15.6],
    [3.15, 18.66],
    [10, 21.25],
  ],
  uuid: [
    [1.05, 18.77],
    [1.46, 21.27],
    [1.93, 23],
    [3.15, 24.96],
    [10, 26.53],
  ],
};

/**
 * What the model knows of the code, measured by `npm run bench -- cost-inputs`: sizes of random data with count, sum, min and max of values with two decimals; times of a
 * core that decodes an event of 200 bytes, base64 and JSON, in 0.86 µs, as a thread of a Xeon at 2.5 GHz does. A test measures the sizes again, so that a codec that gets
 * better or worse is noticed here.
 */
export const MEASURED = {
  on: '2026-11-21, Node 24.21',
  commit: {
    /** Header and attributes, without the payload. */
    baseBytes: 501,
    /** Of each slice that a batch touches, besides its rows. */
    sliceBytes: 55,
    rowBytes: ROW_BYTES,
  },
  epoch: {
    baseBytes: 603,
    /** Of the header, of each shard behind the first. */
    shardBytes: 284,
    /** A pane, packed as it is in an epoch. */
    paneBytes: { id: 23.9, email: 34.24, uuid: 43.49 } satisfies Record<KeyKind, number>,
    /** A pane as JSON, as it is on the output stream. */
    paneJsonBytes: { id: 367.17, email: 399.29, uuid: 422.02 } satisfies Record<KeyKind, number>,
  },
  /** An entry that says that an epoch was published. */
  markBytes: 76,
  /** A state without rows. Those of a state are as those of a commit. */
  snapshot: { baseBytes: 475 },
  /** Processor time, in microseconds. */
  cpuUs: {
    /** Of one call of a service: what the SDK does. */
    request: 552,
    ingest: { batch: 30, record: 0.83, event: 1.25, gunzip: 0.16, row: 0.28 },
    fire: { invocation: 18, commit: 0, row: 0.36, pane: 4.95 },
  },
} as const;
