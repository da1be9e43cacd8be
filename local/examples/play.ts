import type { RecordCounts } from '../../shared/log/counts.ts';
import type { Pane } from '../../shared/pipeline/pane.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { TestDriver } from '../../shared/testing/test-driver.ts';
import type { ExampleEvent } from './example-event.ts';

export interface PlayOptions {
  /** Ingest delivers what has come in so long. */
  readonly batchMs?: number;
}

/** Delivers events as they arrive, a second at a time unless it is said, and fires behind each batch; at the end all that is open. */
export async function play<E>(
  pipeline: Pipeline<E>,
  events: readonly ExampleEvent<E>[],
  onPane: (pane: Pane) => void,
  { batchMs = 1_000 }: PlayOptions = {},
): Promise<RecordCounts> {
  const driver = new TestDriver(pipeline, { now: events[0]?.arrivedAtMs ?? 0 });
  for (const [arrival, batch] of Map.groupBy(events, ({ arrivedAtMs }) => Math.ceil(arrivedAtMs / batchMs) * batchMs)) {
    const fired = await driver.send(
      batch.map(({ event }) => event),
      { arrival },
    );
    for (const pane of fired) onPane(pane);
  }
  for (const pane of await driver.drain()) onPane(pane);
  return driver.counts();
}
