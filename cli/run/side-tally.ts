import type { Refusal } from '../../shared/log/refusal.ts';
import type { OutputRecord, Publisher } from '../../shared/ports/publisher.ts';

/** Counts refusals by reason on their way to the side stream, and remembers the first. */
export class SideTally implements Publisher {
  readonly byReason = new Map<string, number>();
  first: Refusal | undefined;
  readonly #next: Publisher | undefined;

  /** @param next Where they go on to; nowhere when absent. */
  constructor(next: Publisher | undefined) {
    this.#next = next;
  }

  async publish(records: readonly OutputRecord[]): Promise<void> {
    for (const { json } of records) {
      const refusal = JSON.parse(json) as Refusal;
      this.first ??= refusal;
      this.byReason.set(refusal.reason.code, (this.byReason.get(refusal.reason.code) ?? 0) + 1);
    }
    await this.#next?.publish(records);
  }
}
