import middy from '@middy/core';
import type { KinesisStreamBatchResponse } from 'aws-lambda';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { type PaneSink, PartlyTakenError } from '../../shared/ports/pane-sink.ts';
import { freshPanes, type FreshPanesOptions, type PaneEvent } from '../consumer/fresh-panes.ts';

/** What {@link sinkHandler} drops repeats with. */
export interface SinkHandlerOptions extends Omit<FreshPanesOptions, 'note'> {
  /**
   * When panes are noted as handled: `'after'` (default) the sink has taken them, or `'before'`. In one transaction with the effect is for handlers of your own.
   */
  readonly note?: Exclude<FreshPanesOptions['note'], 'inTransaction'>;
  /** Told why a sink has not taken a pane, which comes again. Default: a line on standard error, where the log is. */
  readonly onTrouble?: (error: PartlyTakenError) => void;
}

/**
 * A function on the output stream of a pipeline that brings its new panes to a sink. Its event source mapping needs `ReportBatchItemFailures`.
 *
 * ```ts
 * export const handler = sinkHandler(new WebhookSink({ url: 'https://example.com/panes' }));
 * ```
 */
export function sinkHandler<P = Pipeline>(sink: PaneSink<PaneEvent<P>['panes'][number]>, options: SinkHandlerOptions = {}) {
  const { onTrouble = (error) => console.error(error.message), note = 'after', ...fresh } = options;
  return middy<PaneEvent<P>, KinesisStreamBatchResponse>()
    .use(freshPanes<P>({ ...fresh, note }))
    .handler(async ({ panes, Records }) => {
      try {
        await sink.put(panes);
      } catch (error) {
        if (!(error instanceof PartlyTakenError)) throw error;
        onTrouble(error);
        const { id } = panes[error.taken] as unknown as { readonly id: string };
        return { batchItemFailures: [{ itemIdentifier: id ?? Records[error.taken]?.kinesis.sequenceNumber }] };
      }
      return { batchItemFailures: [] };
    });
}
