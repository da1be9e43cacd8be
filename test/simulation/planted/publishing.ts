import { type KinesisClient, PutRecordsCommand, type PutRecordsCommandOutput } from '@aws-sdk/client-kinesis';
import { Buffer } from 'node:buffer';
import { paneLines } from '../../../shared/consumer/pane-lines.ts';
import { type PlantedBugs, intercepted } from './altered.ts';

/** Who puts panes on the output stream. */
export const PUBLISHING: PlantedBugs = {
  'FailedRecordCount ignored': {
    kinesisClient: (client) =>
      intercepted(client, async (command, go) =>
        command instanceof PutRecordsCommand ? { ...((await go(command)) as PutRecordsCommandOutput), FailedRecordCount: 0 } : go(command),
      ),
  },
  'all of a PutRecords again, under new ids': { kinesisClient: publishedAnew },
};

/** When some were not taken, sends all of them again, and takes them for others. */
function publishedAnew(client: KinesisClient): KinesisClient {
  let attempts = 0;
  return intercepted(client, async (command, go) => {
    if (!(command instanceof PutRecordsCommand) || command.input.StreamName !== 'output') return go(command);
    for (;;) {
      const answer = (await go(command)) as PutRecordsCommandOutput;
      if (answer.FailedRecordCount === 0) return answer;
      attempts++;
      const again = (command.input.Records ?? []).map(({ Data, ...record }) => {
        const renamed = paneLines(Buffer.from(Data ?? []).toString('utf8')).map((json, line) =>
          JSON.stringify({ ...(JSON.parse(json) as object), id: `pane-${attempts}-${record.PartitionKey}-${line}` }),
        );
        return { ...record, Data: Buffer.from(renamed.join('\n')) };
      });
      return go(new PutRecordsCommand({ StreamName: 'output', Records: again }));
    }
  });
}
