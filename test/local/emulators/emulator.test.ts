import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { createDynamodbClient } from '../../../local/clients.ts';
import { startEmulator } from '../../../local/emulators/emulator.ts';
import { createTable } from '../../../local/provisioning/table.ts';
import { eventually, isRunning } from '../eventually.ts';

const ITEM = { pk: { S: 'log' }, n: { N: '1' } };

test('a table survives the emulator that wrote it when it has a folder', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'mullion-emulator-'));
  for (const expected of ['created', 'alreadyThere']) {
    const emulator = await startEmulator('dynalite', { dataDirectory });
    const dynamodb = createDynamodbClient({ endpoint: emulator.endpoint });
    expect(await createTable(dynamodb, 'logs')).toBe(expected);
    const { Item: found } = await dynamodb.send(new GetItemCommand({ TableName: 'logs', Key: ITEM }));
    expect(found).toEqual(expected === 'created' ? undefined : ITEM);
    await dynamodb.send(new PutItemCommand({ TableName: 'logs', Item: ITEM }));
    dynamodb.destroy();
    await emulator.stop();
    expect(isRunning(emulator.pid)).toBe(false);
  }
  await rm(dataDirectory, { recursive: true });
});

test.each(['dynalite', 'kinesalite'] as const)('two %s processes on one folder are refused', async (name) => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'mullion-emulator-'));
  const first = await startEmulator(name, { dataDirectory });
  await expect(startEmulator(name, { dataDirectory })).rejects.toThrow(/cannot open .* another process uses it/);
  await first.stop();
  await rm(dataDirectory, { recursive: true });
});

test('a port that is taken is named', async () => {
  const first = await startEmulator('kinesalite');
  const port = Number(new URL(first.endpoint).port);
  await expect(startEmulator('kinesalite', { port })).rejects.toThrow(`port ${port} of 127.0.0.1 is taken`);
  await first.stop();
  await first.stop();
});

test('a package that is missing is named, with what to do', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mullion-emulator-'));
  for (const part of ['local', 'shared'])
    await cp(fileURLToPath(new URL(`../../../${part}`, import.meta.url)), join(folder, part), { recursive: true });
  const start = `import { startEmulator } from '${folder}/local/emulators/emulator.ts'; await startEmulator('dynalite');`;
  const result = spawnSync(process.execPath, ['--input-type=module', '--eval', start], { encoding: 'utf8' });
  expect(result.stderr).toMatch(/dynalite cannot start: a package is missing, run "npm ci"/);
  await rm(folder, { recursive: true });
});

test('emulators end when the process that started them is killed', async () => {
  const program = fileURLToPath(new URL('../fixtures/emulator-parent.ts', import.meta.url));
  const parent = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const endpoints = JSON.parse(line.toString()) as string[];
  expect(await Promise.all(endpoints.map(isListening))).toEqual([true, true]);
  parent.kill('SIGKILL');
  // Asked at the door: a process that nobody waits for may stay listed after its end.
  await eventually(async () => !(await Promise.all(endpoints.map(isListening))).includes(true));
});

function isListening(endpoint: string): Promise<boolean> {
  return fetch(endpoint).then(
    () => true,
    () => false,
  );
}
