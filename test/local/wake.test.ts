import { join } from 'node:path';
import type { Pane } from 'mullion';
import { test } from 'vitest';
import { type LocalAws, startLocalAws } from '../../local/emulators/local-aws.ts';
import { produce } from '../../local/producer.ts';
import { createStream } from '../../local/provisioning/stream.ts';
import { createTable } from '../../local/provisioning/table.ts';
import { readStream } from '../../local/stream-reader.ts';
import { LocalSystem } from '../../local/system.ts';
import type { Report } from './examples/alerts.ts';
import { unexpected } from './unexpected.ts';

const resources = { tableName: 'state', inputStream: 'in', outputStream: 'out', sideStream: 'side' };
const MINUTE_MS = 60_000;

/** The panes that follow, in the order of the output stream. */
async function* panesOf({ kinesis }: LocalAws): AsyncGenerator<Pane> {
  for await (const { data } of readStream({ kinesis, streamName: resources.outputStream })) {
    yield JSON.parse(new TextDecoder().decode(data)) as Pane;
  }
}

test.for([
  { example: 'alerts.ts', lanes: 1 },
  { example: 'alerts-in-lanes.ts', lanes: 3 },
])(
  'panes leave as soon as they can: fire is woken, and its schedule has not come yet ($lanes lanes)',
  { timeout: 60_000 },
  async ({ example, lanes }, { expect }) => {
    const aws = await startLocalAws();
    await Promise.all([
      ...[resources.inputStream, resources.outputStream, resources.sideStream].map((streamName) =>
        createStream(aws.kinesis, { streamName, shardCount: 1 }),
      ),
      createTable(aws.dynamodb, resources.tableName),
    ]);
    const system = await LocalSystem.start({
      kinesis: aws.kinesis,
      resources,
      pipelineEntry: join(import.meta.dirname, 'examples', example),
      environment: aws.environment,
      lanes,
      fireEveryMs: 3_600_000,
      onTrouble: unexpected,
    });
    const send = async (...reports: Report[]) => {
      const records = reports.map((report) => ({ partitionKey: report.host, data: JSON.stringify(report) }));
      await produce({ kinesis: aws.kinesis, streamName: resources.inputStream, eventsPerSecond: 1_000 }, records);
    };
    const panes = panesOf(aws);
    const next = async () => {
      const { window, key, value, pane } = (await panes.next()).value as Pane;
      return { window, key, reports: value.reports, timing: pane.timing };
    };
    try {
      await send({ at: 1_000, host: 'a', severity: 'info' }, { at: 2_000, host: 'a', severity: 'critical' });
      expect(await next()).toEqual({ window: 'hour', key: 'a', reports: 2, timing: 'EARLY' });
      await send({ at: MINUTE_MS, host: 'b', severity: 'info' });
      expect(await next()).toEqual({ window: 'minute', key: 'a', reports: 2, timing: 'ON_TIME' });
      expect(await system.drain()).toMatchObject({ panesFired: 5, openWindows: 0, counts: { read: 3, folded: 3 } });
    } finally {
      await panes.return(undefined);
      await system.stop();
      await aws.stop();
    }
  },
);
