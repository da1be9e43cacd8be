import type { ConsumerMemory, MemoryChange, Remembered } from '../ports/consumer-memory.ts';

/** Remembers as long as the process lives. */
export class ProcessMemory implements ConsumerMemory {
  readonly #shards = new Map<string, Remembered>();

  async read(shard: string): Promise<Remembered | undefined> {
    return this.#shards.get(shard);
  }

  async write({ shard, remembered }: MemoryChange): Promise<'written' | 'conflict'> {
    if ((this.#shards.get(shard)?.revision ?? 0) !== remembered.revision - 1) return 'conflict';
    this.#shards.set(shard, remembered);
    return 'written';
  }
}
