import type { MiddlewareObj } from '@middy/core';
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { type DropRepeatsOptions, dropRepeats } from '../../shared/consumer/drop-repeats.ts';
import type { PaneTurn, PlacedPane } from '../../shared/consumer/pane-turn.ts';
import type { PanesOf, Pipeline } from '../../shared/pipeline/pipeline.ts';
import { readKinesisPanes } from './kinesis-panes.ts';

/** How {@link freshPanes} knows what was seen, and when it is noted. */
export interface FreshPanesOptions extends DropRepeatsOptions {
  /**
   * When panes are noted as handled. `'after'` (default): when the handler has answered; killed in between, it gets them again. `'before'`: before it
   * begins; killed or failing then, it never gets them again. `'inTransaction'`: by the handler itself, together with the effect, by `turn.change()`.
   */
  readonly note?: 'after' | 'before' | 'inTransaction';
}

/** What the handler gets: the event without its repeats. */
export interface PaneEvent<P = Pipeline> extends KinesisStreamEvent {
  /** Those of `Records`, one for one: a record that brought several is there for each of them. */
  readonly panes: readonly (PanesOf<P> & PlacedPane)[];
  /** What the handler may note its effect with, so that both are written at once or not at all. */
  readonly turn: PaneTurn<PanesOf<P> & PlacedPane>;
}

/** Whatever its windows are. */
type Delivered = Pick<PaneEvent<unknown>, 'Records'> & { readonly panes: readonly { readonly id: string }[] };

type Answer = KinesisStreamBatchResponse | null | undefined;

const NOTHING_FAILED: KinesisStreamBatchResponse = { batchItemFailures: [] };

/**
 * Middleware for a function on a pipeline's output stream: hands over the panes that are new. A batch of repeats alone does not reach the handler.
 *
 * The handler may answer with `batchItemFailures`, by the ids of panes or the sequence numbers of `Records`: panes before the first of them count as
 * handled, and that one and all behind it are delivered again.
 *
 * ```ts
 * export const handler = middy<PaneEvent<typeof flights>, KinesisStreamBatchResponse>()
 *   .use(freshPanes<typeof flights>({ memory }))
 *   .handler(async ({ panes }) => { … });
 * ```
 */
export function freshPanes<P = Pipeline>({
  note = 'after',
  ...options
}: FreshPanesOptions = {}): MiddlewareObj<PaneEvent<P>, KinesisStreamBatchResponse> {
  const repeats = dropRepeats<P>(options);
  return {
    before: async (request) => {
      const { event } = request;
      const { shard, panes, records } = readKinesisPanes<P>(event);
      const turn = await (note === 'before' ? repeats.claim(shard, panes) : repeats.open(shard, panes));
      if (turn.fresh.length === 0) return NOTHING_FAILED;
      const Records = records.filter((_record, index) => turn.isFresh[index]);
      request.event = { ...event, Records, panes: turn.fresh, turn };
      return undefined;
    },
    after: async (request) => {
      const { response } = request;
      const event = request.event as PaneEvent;
      if (note === 'after') await event.turn.settle(handledOf(event, response));
      request.response = byRecord(event, response);
    },
  };
}

/** How many panes count as handled: Lambda goes on from the first that failed, and takes an answer that it cannot read for the failure of all. */
function handledOf(event: Delivered, response: Answer): number {
  const failed = (response?.batchItemFailures ?? []).map(({ itemIdentifier }) => placeOf(event, itemIdentifier));
  return Math.max(0, Math.min(event.Records.length, ...failed));
}

/** The same answer as Lambda takes it, which knows records and no panes. */
function byRecord(event: Delivered, response: Answer): Answer {
  if (!response?.batchItemFailures) return response;
  const batchItemFailures = response.batchItemFailures.map(({ itemIdentifier }) => ({
    itemIdentifier: event.Records[placeOf(event, itemIdentifier)]?.kinesis.sequenceNumber ?? itemIdentifier,
  }));
  return { ...response, batchItemFailures };
}

/** The first pane that a failure names, be it by itself or by its record; -1 for one that is not there. */
function placeOf({ Records, panes }: Delivered, identifier: string): number {
  return Records.findIndex(({ kinesis }, index) => kinesis.sequenceNumber === identifier || panes[index]?.id === identifier);
}
