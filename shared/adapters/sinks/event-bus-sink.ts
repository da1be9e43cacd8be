/**
 * Panes on an event bus.
 *
 * @module mullion/sinks/eventbridge
 */
import { Buffer } from 'node:buffer';
import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { Pane } from '../../pipeline/pane.ts';
import { type PaneSink, PartlyTakenError } from '../../ports/pane-sink.ts';
import { backoffMs, pause } from '../pause.ts';
import { requestBatches } from '../request-batches.ts';

/** What {@link EventBusSink} works with. */
export interface EventBusSinkOptions {
  /** With `events:PutEvents` on the bus. */
  readonly client: EventBridgeClient;
  /** Name or ARN. Default: the account's own bus. */
  readonly eventBusName?: string;
  /** What rules match as `source`. Default `mullion`. */
  readonly source?: string;
  /** Waits so many milliseconds between attempts; a test may do without. */
  readonly sleep?: (ms: number) => Promise<void>;
}

/** What rules match as `detail-type`. */
export const PANE_DETAIL_TYPE = 'Pane Fired';

const REQUEST = { itemsMax: 10, bytesMax: 256 * 1024 };
const ATTEMPTS_MAX = 5;
const BACKOFF = { firstMs: 100, maxMs: 2_000 };

/**
 * Puts panes on an EventBridge bus, each as an event of its own whose `detail` is the pane: `{"source":["mullion"],"detail":{"window":["departures"]}}` is a rule for one window.
 * EventBridge keeps no order, and may deliver twice: panes say by `id` and `pane.index` which they are.
 */
export class EventBusSink implements PaneSink {
  readonly #options: EventBusSinkOptions;

  constructor(options: EventBusSinkOptions) {
    this.#options = options;
  }

  async put(panes: readonly Pane[]): Promise<void> {
    let taken = 0;
    for (const entries of requestBatches(
      panes.map((pane) => this.#entryOf(pane)),
      sizeOf,
      REQUEST,
    )) {
      await this.#send(entries, taken);
      taken += entries.length;
    }
  }

  /** What was not taken goes out again by itself. */
  async #send(entries: readonly PutEventsRequestEntry[], before: number): Promise<void> {
    const { client, sleep = pause } = this.#options;
    let remaining = entries.map((entry, index) => ({ entry, index }));
    for (let attempt = 1; ; attempt++) {
      const { FailedEntryCount = 0, Entries = [] } = await client
        .send(new PutEventsCommand({ Entries: remaining.map(({ entry }) => entry) }))
        .catch((error: unknown) => {
          throw new PartlyTakenError(before + (remaining[0]?.index ?? 0), error);
        });
      if (FailedEntryCount === 0) return;
      const errors = remaining.map((_each, index) => Entries[index]?.ErrorCode);
      remaining = remaining.filter((_each, index) => errors[index] !== undefined);
      if (attempt === ATTEMPTS_MAX) {
        const codes = [...new Set(errors.filter((code) => code !== undefined))].join(', ');
        const cause = new Error(`the event bus did not take ${remaining.length} events in ${attempt} attempts: ${codes}`);
        throw new PartlyTakenError(before + (remaining[0]?.index ?? 0), cause);
      }
      await sleep(backoffMs(attempt, BACKOFF));
    }
  }

  #entryOf(pane: Pane): PutEventsRequestEntry {
    const { eventBusName, source = 'mullion' } = this.#options;
    return {
      Source: source,
      DetailType: PANE_DETAIL_TYPE,
      Detail: JSON.stringify(pane),
      ...(eventBusName === undefined ? {} : { EventBusName: eventBusName }),
    };
  }
}

function sizeOf({ Source, DetailType, Detail }: PutEventsRequestEntry): number {
  return Buffer.byteLength(`${Source}${DetailType}${Detail}`);
}
