import { pause } from '../../shared/adapters/pause.ts';
import type { StreamEvent } from '../../shared/adapters/kinesis/put-batches.ts';
import type { EventSink, SendOutcome } from '../../cli/sink/event-sink.ts';

/** Passes events on, and has a rule set behind the first of them. The second half waits until it holds, where this machine is so fast that it does not yet. */
export class RuledSink implements EventSink {
  readonly #sink: EventSink;
  readonly #half: number;
  readonly #setRule: () => Promise<{ readonly fromArrivalMs: number }>;
  #inForce: Promise<void> | undefined;
  #sent = 0;

  constructor(sink: EventSink, events: number, setRule: () => Promise<{ readonly fromArrivalMs: number }>) {
    this.#sink = sink;
    this.#half = events / 2;
    this.#setRule = setRule;
  }

  get name(): string {
    return this.#sink.name;
  }

  async send(events: readonly StreamEvent[]): Promise<SendOutcome> {
    if (this.#sent >= this.#half) await this.#inForce;
    const outcome = await this.#sink.send(events);
    this.#sent += outcome.taken;
    this.#inForce ??= this.#setRule().then(({ fromArrivalMs }) => pause(fromArrivalMs - Date.now()));
    return outcome;
  }

  close(): Promise<void> {
    return this.#sink.close();
  }
}
