import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pane } from 'mullion';
import { startLocalAws } from '../../local/emulators/local-aws.ts';
import { createStream } from '../../local/provisioning/stream.ts';
import { createTable } from '../../local/provisioning/table.ts';
import { readStream } from '../../local/stream-reader.ts';
import { LocalSystem, type PipelineResources } from '../../local/system.ts';
import type { Benchmark } from '../benchmark.ts';
import { FIRST_SEQUENCE_NUMBER, kinesisBatch } from '../kinesis-batch.ts';
import { measurementPayloads } from '../measurements.ts';

const ROUNDS = 200;
const WARM_ROUNDS = 30;
const P99_MS_MAX = 250;
const WINDOW_MS = 60_000;
const POLL_MS = 2;
const BETWEEN_WAKES_MS = 260;
const NEVER_MS = 3_600_000;
const PIPELINE = join(import.meta.dirname, '..', 'pipelines', 'measurements.ts');
const RESOURCES: PipelineResources = { tableName: 'state', inputStream: 'in', outputStream: 'out', sideStream: 'side' };

export const benchmark: Benchmark = {
  about: 'from the invocation of ingest with the event that closes a window to its pane on the output stream, on the local stack',
  async run() {
    const aws = await startLocalAws();
    const streams = [RESOURCES.inputStream, RESOURCES.outputStream, RESOURCES.sideStream];
    await Promise.all([
      ...streams.map((streamName) => createStream(aws.kinesis, { streamName, shardCount: 1 })),
      createTable(aws.dynamodb, RESOURCES.tableName),
    ]);
    const system = await LocalSystem.start({
      kinesis: aws.kinesis,
      resources: RESOURCES,
      pipelineEntry: PIPELINE,
      environment: aws.environment,
      // Only the wake counts.
      fireEveryMs: NEVER_MS,
      onTrouble: (line) => process.stderr.write(`${line}\n`),
    });
    const panes = readStream({ kinesis: aws.kinesis, streamName: RESOURCES.outputStream, pollIntervalMs: POLL_MS });
    const times: number[] = [];
    // Windows of the hours before now, since records arrive now.
    const fromMs = Math.floor(Date.now() / WINDOW_MS - WARM_ROUNDS - ROUNDS) * WINDOW_MS;
    try {
      for (let round = 0; round < WARM_ROUNDS + ROUNDS; round++) {
        // Ingest wakes fire four times a second at most.
        await pause(BETWEEN_WAKES_MS);
        const atMs = fromMs + round * WINDOW_MS;
        const payloads = measurementPayloads(1, 1, atMs + WINDOW_MS / 2, round);
        const event: unknown = JSON.parse(kinesisBatch(payloads, Date.now(), FIRST_SEQUENCE_NUMBER + BigInt(round)));
        const before = performance.now();
        const invoked = system.ingest.invoke(event);
        if (round > 0) {
          const { value } = await panes.next();
          if (value === undefined) throw new Error('the output stream has ended');
          const pane = JSON.parse(new TextDecoder().decode(value.data)) as Pane;
          if (pane.end !== atMs) throw new Error(`the pane of the window up to ${pane.end} came; expected was the one up to ${atMs}`);
        }
        if (round >= WARM_ROUNDS) times.push(performance.now() - before);
        await invoked;
      }
    } finally {
      await panes.return();
      await system.stop();
      await aws.stop();
    }
    const sorted = times.toSorted((a, b) => a - b);
    const percentile = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] as number;
    return [
      { what: 'median', value: percentile(0.5), unit: 'ms' },
      { what: '99th percentile', value: percentile(0.99), unit: 'ms', atMost: P99_MS_MAX, note: `${ROUNDS} windows, one after the other` },
    ];
  },
};
