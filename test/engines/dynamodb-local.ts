import { spawn, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { end, endWithThisProcess } from './child-process.ts';
import { dynamodbLocalFolder } from './dynamodb-local-package.ts';
import { type AbsentEngine, type Engine, freePort, untilAnswering } from './engine.ts';

const NAME = 'DynamoDB Local';
const ASK = 'MULLION_DYNAMODB_LOCAL';
const JAVA_MIN = 17;
const START_MS_MAX = 60_000;

/**
 * AWS's own DynamoDB Local, in memory, in a Java process. Only where it is asked for, because it has to be fetched (54 MB) and its licence
 * is not an open one; absent, and the reason told, where it is not asked for or cannot run.
 */
export async function startDynamoDBLocal(): Promise<Engine | AbsentEngine> {
  if (process.env[ASK] !== '1') return absent(`set ${ASK}=1 to fetch it and run it (.ci/run does)`);
  const version = javaVersion();
  if (version === undefined) return absent(`there is no Java: install Java ${JAVA_MIN} or newer`);
  if (version < JAVA_MIN) return absent(`this is Java ${version}: install Java ${JAVA_MIN} or newer`);
  let folder: string;
  try {
    folder = await dynamodbLocalFolder();
  } catch (error) {
    return absent(`it could not be fetched: ${(error as Error).message}`);
  }
  const port = await freePort();
  const options = ['-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)];
  // It unpacks a library, and leaves it there.
  const java = ['-Xmx512m', `-Djava.io.tmpdir=${tmpdir()}`, '-Djava.library.path=./DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar'];
  const child = spawn('java', [...java, ...options], { cwd: folder, stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  endWithThisProcess(child);
  await untilAnswering(endpoint, { patienceMs: START_MS_MAX });
  return { name: NAME, endpoint, stop: () => end(child) };
}

function absent(reason: string): AbsentEngine {
  return { name: NAME, absentBecause: `${NAME} was left out: ${reason}` };
}

/** 17 of `openjdk version "17.0.15" 2025-04-15`; undefined where there is no Java. */
function javaVersion(): number | undefined {
  const { stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const major = /version "(\d+)/.exec(stderr ?? '')?.[1];
  return major === undefined ? undefined : Number(major);
}
