import type { Operation } from '../../examples/llm-operations.ts';
import { Random } from '../../shared/generate/random.ts';
import { byArrival, type ExampleEvent } from './example-event.ts';

const BEGIN_MS = Date.UTC(2026, 10, 27, 8);
const MINUTE_MS = 60_000;
const LENGTH_MS = 60 * MINUTE_MS;
const MODELS = ['large', 'small'];
/** When the larger model has its bad minutes. */
const OUTAGE = { from: BEGIN_MS + 30 * MINUTE_MS, to: BEGIN_MS + 34 * MINUTE_MS };

/** An hour of two models: one of them fails for four minutes, people rate answers, guards notice things. Each source is as late as it is. */
export function operations(seed = 1): ExampleEvent<Operation>[] {
  const random = new Random(seed);
  const events: ExampleEvent<Operation>[] = [];
  const add = (event: Operation, delayMsMax: number) => events.push({ event, arrivedAtMs: event.at + random.below(delayMsMax) });
  for (let at = BEGIN_MS; at < BEGIN_MS + LENGTH_MS; at += 500 + random.below(2_500)) {
    const model = MODELS[random.below(MODELS.length)] as string;
    const isOut = model === 'large' && at >= OUTAGE.from && at < OUTAGE.to;
    const latencyMs = Math.round((model === 'large' ? 1_800 : 400) * Math.exp(0.4 * random.normal()) * (isOut ? 4 : 1));
    add(
      {
        source: 'gateway',
        kind: 'request',
        at,
        model,
        latencyMs,
        tokens: 50 + random.below(800),
        failed: random.chance(isOut ? 0.4 : 0.01),
      },
      5_000,
    );
    if (random.chance(0.1)) {
      const stars = isOut ? 1 + random.below(2) : 3 + random.below(3);
      add({ source: 'app', kind: 'feedback', at: at + 1, model, user: `user-${random.below(8)}`, stars }, 120_000);
    }
    if (random.chance(isOut ? 0.2 : 0.01)) {
      const severity = isOut && random.chance(0.5) ? 'critical' : 'warning';
      add({ source: 'guard', kind: 'anomaly', at: at + 2, model, severity, what: isOut ? 'answers cut off' : 'unusual language' }, 1_000);
    }
  }
  return byArrival(events);
}
