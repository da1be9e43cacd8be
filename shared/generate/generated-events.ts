import { Arrivals } from './arrivals.ts';
import type { EventKind } from './event-kind.ts';
import { checkGeneratorOptions, type EventKindName, type GeneratorOptions } from './generator-options.ts';
import { Random } from './random.ts';
import { SensorReadings } from './sensor-readings.ts';
import { SystemMetrics } from './system-metrics.ts';
import { UserEvents } from './user-events.ts';

/** How an event comes: where it belongs, somewhat behind others, far behind them, or a second time. */
export type Arrival = 'in order' | 'out of order' | 'late' | 'duplicate';

/** One event, and the truth about it that a pipeline has to find out. */
export interface GeneratedEvent {
  /** Sensor, user or host. */
  readonly partitionKey: string;
  readonly json: string;
  /** When it arrives, in milliseconds after the first. Its own time may lie far before. */
  readonly dueMs: number;
  readonly arrival: Arrival;
  readonly isAnomalous: boolean;
}

// Of which one may come again: as far back as a producer repeats that lost an answer.
const REPEATABLE = 1_000;

const KINDS: Readonly<Record<EventKindName, { name: string; make: (keys: number) => EventKind }>> = {
  sensors: { name: 'sensor', make: (keys) => new SensorReadings(keys) },
  users: { name: 'user', make: (keys) => new UserEvents(keys) },
  system: { name: 'system', make: (keys) => new SystemMetrics(keys) },
};

/**
 * Events in the order in which they arrive. The same options give the same ones, byte for byte.
 *
 * @throws {InvalidArgument} naming the option.
 */
export function* generatedEvents(options: GeneratorOptions): Generator<GeneratedEvent, void, void> {
  checkGeneratorOptions(options);
  const { seed, startMs, eventsPerSecond, events, sources, seasonMs, trend, burst } = options;
  const random = new Random(seed);
  const arrivals = new Arrivals({ seed, eventsPerSecond, ...(burst && { burst }) });
  const kinds = options.kinds.map((kind) => ({ name: KINDS[kind].name, kind: KINDS[kind].make(options.keys) }));
  const recent: GeneratedEvent[] = [];
  let made = 0;
  for (let index = 0; index < events; index++) {
    const dueMs = arrivals.afterMs(index);
    const repeated = random.chance(options.duplicates) ? recent[random.below(recent.length)] : undefined;
    if (repeated !== undefined) {
      yield { ...repeated, dueMs, arrival: 'duplicate' };
      continue;
    }
    const { name, kind } = kinds[random.below(kinds.length)] as (typeof kinds)[number];
    const key = kind.pickKey(random);
    const source = key % sources;
    const { arrival, behindMs } = delayOf(options, random, (source + 1) / sources);
    const time = Math.floor(startMs + dueMs - behindMs);
    const isAnomalous = random.chance(options.anomalies);
    const seasons = (time - startMs) / seasonMs;
    const season = Math.sin(2 * Math.PI * (time / seasonMs + placeInSeason(key)));
    const body = kind.next({ random, key, season, level: Math.max(0, 1 + trend * seasons), isAnomalous });
    const event: GeneratedEvent = {
      partitionKey: body.key,
      json: JSON.stringify({
        id: `${seed}-${index}`,
        kind: name,
        source: `source-${source + 1}`,
        time,
        ...body.fields,
        anomaly: body.anomaly,
      }),
      dueMs,
      arrival,
      isAnomalous,
    };
    recent[made++ % REPEATABLE] = event;
    yield event;
  }
}

/** @param unpunctuality Of its source, above 0 and at most 1. */
function delayOf(
  { outOfOrder, disorderMs, late, lateByMs }: GeneratorOptions,
  random: Random,
  unpunctuality: number,
): { arrival: Arrival; behindMs: number } {
  const draw = random.unit();
  if (draw < late) return { arrival: 'late', behindMs: lateByMs * (1 + random.unit()) };
  if (draw < late + outOfOrder) return { arrival: 'out of order', behindMs: disorderMs * unpunctuality * random.unit() };
  return { arrival: 'in order', behindMs: 0 };
}

/** Keys are not all at their highest at once, nor anywhere: within a tenth of a season. */
function placeInSeason(key: number): number {
  return (key % 10) / 100;
}
