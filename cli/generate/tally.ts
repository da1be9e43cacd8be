import type { Arrival, GeneratedEvent } from '../../shared/generate/generated-events.ts';

/** What was generated and taken: the truth that a pipeline's own figures can be held against. */
export class Tally {
  readonly arrivals: Record<Arrival, number> = { 'in order': 0, 'out of order': 0, late: 0, duplicate: 0 };
  anomalies = 0;

  get events(): number {
    return Object.values(this.arrivals).reduce((sum, count) => sum + count, 0);
  }

  add(events: readonly GeneratedEvent[]): void {
    for (const { arrival, isAnomalous } of events) {
      this.arrivals[arrival]++;
      if (isAnomalous) this.anomalies++;
    }
  }
}
