import type { RecordCounts } from '../../shared/log/counts.ts';
import type { Pane } from '../../shared/pipeline/pane.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { TestDriver } from '../../shared/testing/test-driver.ts';
import type { ExampleEvent } from './example-event.ts';

/** Ingest delivers what has come in so long. */
const BATCH_MS = 1_000;

/** Delivers events as they arrive, a second at a time, and fires behind each; at the end all that is open. */
export async function play<E>(
  pipeline: Pipeline<never>,
  events: readonly ExampleEvent<E>[],
  show: (pane: Pane) => void,
): Promise<RecordCounts> {
  const driver = new TestDriver(pipeline as unknown as Pipeline<E>, { now: events[0]?.arrivedAtMs ?? 0 });
  const batches = Map.groupBy(events, ({ arrivedAtMs }) => Math.ceil(arrivedAtMs / BATCH_MS) * BATCH_MS);
  for (const [arrival, batch] of batches)
    for (const pane of await driver.send(
      batch.map(({ event }) => event),
      { arrival },
    ))
      show(pane);
  for (const pane of await driver.drain()) show(pane);
  return driver.counts();
}
