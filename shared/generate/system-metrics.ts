import { type Circumstances, type EventBody, type EventKind, rounded } from './event-kind.ts';
import type { Random } from './random.ts';

const SERVICES = ['api', 'checkout', 'search', 'worker'];
const MEAN_LATENCY_MS = 30;
const MEAN_REQUESTS = 200;

/** Hosts that report how busy they are: processor, memory, requests, latency, errors. An overloaded one answers slowly, and with errors. */
export class SystemMetrics implements EventKind {
  readonly #keys: number;

  /** @param keys Hosts; each runs one service. */
  constructor(keys: number) {
    this.#keys = keys;
  }

  pickKey(random: Random): number {
    return random.below(this.#keys);
  }

  next({ random, key, season, level, isAnomalous }: Circumstances): EventBody {
    const load = Math.max(0.02, (0.4 + 0.25 * season) * level + 0.04 * random.normal());
    const requests = Math.round(MEAN_REQUESTS * load * 2);
    const latencyMs = MEAN_LATENCY_MS * (1 + load) + 2 * random.normal();
    return {
      key: `host-${key}`,
      anomaly: isAnomalous ? 'overload' : undefined,
      fields: {
        host: `host-${key}`,
        service: SERVICES[key % SERVICES.length],
        cpu: rounded(isAnomalous ? 0.97 + 0.03 * random.unit() : Math.min(load, 0.95), 3),
        memory: rounded(Math.min(0.98, 0.5 * level + 0.02 * random.normal()), 3),
        requests,
        latencyMs: rounded(isAnomalous ? latencyMs * (10 + 10 * random.unit()) : latencyMs, 1),
        errors: isAnomalous ? Math.ceil(requests * (0.2 + 0.3 * random.unit())) : Math.floor(requests * 0.004 * random.unit()),
      },
    };
  }
}
