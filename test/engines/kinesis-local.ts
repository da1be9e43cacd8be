import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { end, endWithThisProcess } from './child-process.ts';
import { type Engine, freePort, untilAnswering } from './engine.ts';

const START_MS_MAX = 30_000;
// A stream that is created, split or merged is busy for half a second otherwise.
const AT_ONCE = Object.fromEntries(
  ['CREATE_STREAM', 'DELETE_STREAM', 'SPLIT_SHARD', 'MERGE_SHARDS', 'UPDATE_SHARD_COUNT'].map((each) => [`${each}_DURATION`, '10ms']),
);

/** kinesis-local (kinesis-mock) in a process of its own: newer calls than kinesalite's, and slower, the more records a shard has. */
export async function startKinesisLocal(): Promise<Engine> {
  const program = createRequire(import.meta.url).resolve('kinesis-local');
  const [plainPort, tlsPort] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, [program], {
    env: {
      ...process.env,
      ...AT_ONCE,
      KINESIS_MOCK_CERT_PATH: join(dirname(program), 'server.json'),
      KINESIS_MOCK_PLAIN_PORT: String(plainPort),
      KINESIS_MOCK_TLS_PORT: String(tlsPort),
      LOG_LEVEL: 'ERROR',
    },
    stdio: 'ignore',
  });
  endWithThisProcess(child);
  const endpoint = `http://127.0.0.1:${plainPort}`;
  await untilAnswering(endpoint, { patienceMs: START_MS_MAX });
  return { name: 'kinesis-local', endpoint, stop: () => end(child) };
}
