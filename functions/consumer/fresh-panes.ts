import type { MiddlewareObj } from '@middy/core';
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { type DropRepeatsOptions, dropRepeats } from '../../shared/consumer/drop-repeats.ts';
import type { PaneTurn, PlacedPane } from '../../shared/consumer/pane-turn.ts';
import type { PanesOf, Pipeline } from '../../shared/pipeline/pipeline.ts';
import { readKinesisPanes } from './kinesis-panes.ts';

export interface FreshPanesOptions extends DropRepeatsOptions {
  /**
   * When panes are noted as handled. `'after'` (default): when the handler has answered; killed in between, it gets them again. `'before'`: before it
   * begins; killed or failing then, it never gets them again. `'inTransaction'`: by the handler itself, together with the effect, by `turn.change()`.
   */
  readonly note?: 'after' | 'before' | 'inTransaction';
}

/** What the handler gets: the event without its repeats. */
export interface PaneEvent<P = Pipeline> extends KinesisStreamEvent {
  /** Those of `Records`, one for one. */
  readonly panes: readonly (PanesOf<P> & PlacedPane)[];
  readonly turn: PaneTurn<PanesOf<P> & PlacedPane>;
}

const NOTHING_FAILED: KinesisStreamBatchResponse = { batchItemFailures: [] };

/**
 * Middleware for a function on a pipeline's output stream: hands over the panes that are new. A batch of repeats alone does not reach the handler.
 *
 * The handler may answer with `batchItemFailures`, by the sequence numbers of `Records`: panes before the first of them count as handled, and that one
 * and all behind it are delivered again.
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
      const { shard, panes } = readKinesisPanes<P>(event);
      const turn = await (note === 'before' ? repeats.claim(shard, panes) : repeats.open(shard, panes));
      if (turn.fresh.length === 0) return NOTHING_FAILED;
      const Records = event.Records.filter((_record, index) => turn.isFresh[index]);
      request.event = { ...event, Records, panes: turn.fresh, turn };
      return undefined;
    },
    after: async ({ event, response }) => {
      if (note === 'after') await event.turn.settle(handledOf(event, response));
    },
  };
}

/** How many panes count as handled: Lambda goes on from the first that failed, and takes an answer that it cannot read for the failure of all. */
function handledOf({ Records }: KinesisStreamEvent, response: KinesisStreamBatchResponse | null | undefined): number {
  const failed = (response?.batchItemFailures ?? []).map(({ itemIdentifier }) =>
    Records.findIndex(({ kinesis }) => kinesis.sequenceNumber === itemIdentifier),
  );
  return Math.max(0, Math.min(Records.length, ...failed));
}
