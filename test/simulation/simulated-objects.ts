import { Buffer } from 'node:buffer';
import type { ObjectStore } from '../../shared/adapters/object-store.ts';
import { Random } from './random.ts';
import type { Sandbox } from './sandbox.ts';
import { ServiceCalls } from './service-calls.ts';
import type { World } from './world.ts';

/** From how many bytes on payloads are objects, where items hold little. Drawn apart from all else, so that a seed without objects means the same history as ever. */
export function drawObjectsFromBytes(seed: number): number | undefined {
  return new Random(seed ^ 0x5_3000).pick([undefined, undefined, 1, 300]);
}

/** Objects in S3: whole, and there for everybody, as soon as they are written. Their time does not come in any history. */
export class SimulatedObjects {
  readonly #world: World;
  readonly #calls: ServiceCalls;
  readonly #objects = new Map<string, Uint8Array>();

  constructor(world: World) {
    this.#world = world;
    this.#calls = new ServiceCalls('objects', world);
  }

  /** The objects as one function reaches them. */
  client(sandbox: Sandbox): ObjectStore {
    return {
      put: (address, bytes) =>
        this.#calls.call(
          sandbox,
          `put object ${nameOf(address)}`,
          () => this.#put(address, bytes),
          () => 'written',
        ),
      get: (address) =>
        this.#calls.call(
          sandbox,
          `get object ${nameOf(address)}`,
          () => this.at(address),
          (found) => (found === undefined ? 'nothing' : 'found'),
        ),
    };
  }

  /** What stands there now. */
  at(address: string): Uint8Array | undefined {
    return this.#objects.get(address);
  }

  #put(address: string, bytes: Uint8Array): void {
    const before = this.at(address);
    if (before !== undefined && Buffer.compare(before, bytes) !== 0)
      this.#world.accuse(`${address} was written with other bytes than before`);
    this.#objects.set(address, Uint8Array.from(bytes));
  }
}

/** Its log and position. */
function nameOf(address: string): string {
  const [log = '', name = ''] = address.split('/').slice(-2);
  return `${log.replace(/^shardId-0+(?=\d)/, '')} ${Number(name.split('-')[0])}`;
}
