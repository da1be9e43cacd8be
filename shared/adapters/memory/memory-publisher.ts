import type { OutputRecord, Publisher } from '../../ports/publisher.ts';

/** Keeps what was published in an array. */
export class MemoryPublisher implements Publisher {
  readonly records: OutputRecord[] = [];

  async publish(records: readonly OutputRecord[]): Promise<void> {
    for (const record of records) this.records.push(record);
  }

  /** The documents published, parsed. */
  documents<T>(): T[] {
    return this.records.map(({ json }) => JSON.parse(json) as T);
  }
}
