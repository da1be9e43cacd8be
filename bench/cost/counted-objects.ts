import type { ObjectStore } from '../../shared/adapters/object-store.ts';

/** Objects in this process's memory; what S3 would charge for is counted. */
export class CountedObjects implements ObjectStore {
  readonly #objects = new Map<string, Uint8Array>();
  puts = 0;
  gets = 0;

  async put(address: string, bytes: Uint8Array): Promise<void> {
    this.puts++;
    this.#objects.set(address, bytes);
  }

  async get(address: string): Promise<Uint8Array | undefined> {
    this.gets++;
    return this.#objects.get(address);
  }
}
