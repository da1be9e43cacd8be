import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const THIRDS = 3;
// What a heap may grow by, of itself: code that is compiled, caches that fill.
const GROWTH_SHARE_MAX = 0.15;
const GROWTH_MB_MAX = 8;

/** What lies on the heap of this process and is still needed, over a run. */
export class MemorySamples {
  readonly #heapMb: number[] = [];
  readonly #collect: () => void;

  constructor() {
    setFlagsFromString('--expose-gc');
    this.#collect = runInNewContext('gc') as () => void;
  }

  /** Collects what nobody needs, and notes what is left. */
  take(): void {
    this.#collect();
    const { heapUsed, external } = process.memoryUsage();
    this.#heapMb.push((heapUsed + external) / 2 ** 20);
  }

  /** The least of every third of the run, in MB: what is kept, without the batches that are on their way at a moment. */
  get byThird(): readonly number[] {
    const samples = this.#heapMb;
    const edge = (third: number) => Math.round((samples.length * third) / THIRDS);
    return Array.from({ length: THIRDS }, (_, third) => Math.min(...samples.slice(edge(third), edge(third + 1))));
  }

  /** What the last third may have, by the one before it: the first is there for everything to be loaded. */
  get lastThirdMbMax(): number {
    const [, second = 0] = this.byThird;
    return second + Math.max(second * GROWTH_SHARE_MAX, GROWTH_MB_MAX);
  }

  get isFlat(): boolean {
    return (this.byThird.at(-1) as number) <= this.lastThirdMbMax;
  }
}
