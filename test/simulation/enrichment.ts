import type { LookupJoinOptions } from 'mullion';
import { Random } from './random.ts';
import type { SentEvent } from './sent-event.ts';
import type { Answer } from './simulated-directory.ts';

/** How a pipeline enriches, but for what it asks. */
export type Enriching = Omit<LookupJoinOptions<SentEvent, Answer>, 'lookup'>;

/** In a part of the histories. Drawn apart from all else, so that a seed that looks nothing up means the same history as ever. */
export function drawEnriching(seed: number): Enriching | undefined {
  const random = new Random(seed ^ 0x10_0c);
  if (!random.chance(0.25)) return undefined;
  return {
    by: stationOf,
    with: joined,
    cache: {
      ttl: random.pick([0, 500, 4_000, 60_000]),
      ttlMissing: random.pick([0, 500, 10_000]),
      keysMax: random.pick([1, 3, 100]),
    },
    timeout: random.pick([1_000, 3_000]),
    keysPerLookup: random.pick([1, 2, 100]),
    lookupsAtOnce: random.pick([1, 4]),
    onFailure: random.pick(['retry', 'without']),
  };
}

/** What is looked up for an event; of some nothing. */
export function stationOf({ id }: Pick<SentEvent, 'id'>): string | undefined {
  return id % 7 === 0 ? undefined : `s${id % 5}`;
}

/** An event with what was found for it, which decides its key, too. */
export function joined(event: SentEvent, answer: Answer | undefined): SentEvent {
  return { ...event, key: `${event.key.charAt(0)}${answer === undefined ? '-' : answer % 2}`, answer: answer ?? null };
}
