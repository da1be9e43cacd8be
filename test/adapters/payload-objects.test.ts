import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { type AttributeValue, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DynamoDBLogStore } from '../../shared/adapters/dynamodb/dynamodb-log-store.ts';
import type { ObjectStore } from '../../shared/adapters/object-store.ts';
import { ExpiredLogError } from '../../shared/log/expired-log-error.ts';
import { CorruptEntryError } from '../../shared/log/frame.ts';
import type { LogName } from '../../shared/log/keys.ts';
import { ORIGIN } from '../../shared/log/position.ts';
import type { LogStore } from '../../shared/ports/log-store.ts';
import { CapacityMeter } from '../engines/capacity-meter.ts';
import { startDynalite } from '../engines/dynalite.ts';
import { LogTable } from '../engines/log-table.ts';
import { type ObjectEngine, startS3rver } from '../engines/s3rver.ts';
import { at, entry, freshLog, logStoreContract, readAll } from './log-store-contract.ts';

const NOW_MS = 4_000_000_000_500;
const RETENTION_DAYS = 30;
const DAY_MS = 86_400_000;
const FROM_BYTES = 9 * 1024;

let table: LogTable;
let s3: ObjectEngine;

beforeAll(async () => {
  [table, s3] = await Promise.all([startDynalite().then((engine) => LogTable.on(engine)), startS3rver()]);
});

afterAll(async () => {
  await Promise.all([table.stop(), s3.stop()]);
});

interface Setting {
  readonly client?: DynamoDBClient;
  readonly store?: ObjectStore;
  /** `null`: objects are read, and none is written. */
  readonly fromBytes?: number | null;
  readonly nowMs?: number;
}

function open({ client = table.client(), store = s3.open(), fromBytes = FROM_BYTES, nowMs = NOW_MS }: Setting = {}): LogStore {
  return new DynamoDBLogStore({
    client,
    tableName: table.tableName,
    clock: { nowMs: () => nowMs },
    retentionDays: RETENTION_DAYS,
    objects: { store, ...(fromBytes === null ? {} : { written: { at: s3.bucket, fromBytes } }) },
  });
}

const large = (bytes = 50_000) => entry('large', randomBytes(bytes));

async function itemAt(log: LogName, position: number): Promise<Record<string, AttributeValue>> {
  const { Item = {} } = await table
    .client()
    .send(new GetItemCommand({ TableName: table.tableName, Key: { pk: { S: log }, n: { N: String(position) } }, ConsistentRead: true }));
  return Item;
}

const addressAt = async (log: LogName, position: number) => String((await itemAt(log, position)).o?.S);

/** Counts what goes to an object store, and how many reads are under way at once. */
class Counted implements ObjectStore {
  readonly puts: string[] = [];
  gets = 0;
  getsAtOnceMax = 0;
  readonly #store = s3.open();
  #getsNow = 0;

  async put(address: string, bytes: Uint8Array, digest: string): Promise<void> {
    this.puts.push(address);
    await this.#store.put(address, bytes, digest);
  }

  async get(address: string): Promise<Uint8Array | undefined> {
    this.gets++;
    this.getsAtOnceMax = Math.max(this.getsAtOnceMax, ++this.#getsNow);
    return this.#store.get(address).finally(() => this.#getsNow--);
  }
}

describe('the log store with every payload in S3', () => logStoreContract(() => open({ fromBytes: 1 })));
describe('the log store with large payloads in S3', () => logStoreContract(() => open()));

describe('a large payload', () => {
  test('is one object, and an entry of one write unit that names it; a smaller one is in its item', async () => {
    const log = freshLog();
    const meter = new CapacityMeter();
    const objects = new Counted();
    const store = open({ client: meter.watch(table.client()), store: objects });
    const payload = randomBytes(FROM_BYTES);
    await store.append(log, at(1), entry('large', payload));
    expect([objects.puts.length, meter.written]).toEqual([1, 1]);
    await store.append(log, at(2), entry('small', payload.subarray(1)));
    expect([objects.puts.length, meter.written]).toEqual([1, 1 + 10]);
    const item = await itemAt(log, 1);
    expect(Object.keys(item).sort()).toEqual(['h', 'n', 'o', 'pk', 's', 'v', 'x']);
    expect(item.o?.S).toMatch(new RegExp(`^${s3.bucket}/${log.replaceAll('#', '/')}/0000000000000001-[0-9a-f]{64}$`));
    expect(item.s).toEqual({ N: String(FROM_BYTES) });
    expect((await readAll(store, log)).map(({ payload: read }) => Buffer.from(read))).toEqual([payload, Buffer.from(payload.subarray(1))]);
  });

  test('where another stands already is not written', async () => {
    const log = freshLog();
    await open().append(log, at(1), large());
    const objects = new Counted();
    expect((await open({ store: objects }).append(log, at(1), large())).kind).toBe('conflict');
    expect(objects.puts).toEqual([]);
  });

  test('is read by who writes none any more, and by nobody who cannot read objects', async () => {
    const log = freshLog();
    const written = large();
    await open().append(log, at(1), written);
    const store = open({ fromBytes: null });
    await store.append(log, at(2), large());
    expect(await itemAt(log, 2)).not.toHaveProperty('o');
    expect(await readAll(store, log)).toHaveLength(2);
    expect(await store.append(log, at(1), written)).toEqual({ kind: 'alreadyAppended' });
    const blind = new DynamoDBLogStore({
      client: table.client(),
      tableName: table.tableName,
      clock: { nowMs: () => NOW_MS },
      retentionDays: RETENTION_DAYS,
    });
    await expect(blind.read(log, ORIGIN)).rejects.toThrow(/its payload is http.*, and nothing was given that reads objects/);
  });
});

describe('many large payloads', () => {
  test('are read sixteen at a time', async () => {
    const log = freshLog();
    const objects = new Counted();
    const store = open({ store: objects, fromBytes: 1 });
    for (let position = 1; position <= 40; position++) await store.append(log, at(position), entry(`${position}`));
    expect((await store.read(log, ORIGIN)).map(({ position }) => position)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    expect([objects.gets, objects.getsAtOnceMax]).toEqual([40, 16]);
  });

  test('are not all read at once where they would not fit into a function, and a huge one is read alone', async () => {
    const log = freshLog();
    const store = open();
    for (const [index, megabytes] of [20, 6, 6, 6].entries()) await store.append(log, at(index + 1), large(megabytes * 1024 * 1024));
    expect((await store.read(log, ORIGIN)).map(({ position }) => position)).toEqual([1]);
    expect((await store.read(log, at(1))).map(({ position }) => position)).toEqual([2, 3]);
    expect((await store.read(log, at(3))).map(({ position }) => position)).toEqual([4]);
  });
});

/** A client whose conditional puts do not arrive. */
function losing(): DynamoDBClient {
  const client = table.client();
  client.middlewareStack.add(
    (next) => async (request) => {
      if ('ConditionExpression' in request.input) throw new Error('killed');
      return next(request);
    },
    { step: 'initialize' },
  );
  return client;
}

describe('a writer', () => {
  test('that dies between object and entry leaves nothing to be seen, and may try again', async () => {
    const log = freshLog();
    const payload = large();
    const objects = new Counted();
    await expect(open({ client: losing(), store: objects }).append(log, at(1), payload)).rejects.toThrow('killed');
    expect(objects.puts).toHaveLength(1);
    expect(await open().last(log)).toBeUndefined();
    expect(await open({ store: objects }).append(log, at(1), payload)).toEqual({ kind: 'appended' });
    // The same place again, with the same bytes.
    expect(new Set(objects.puts).size).toBe(1);
    expect(await readAll(open(), log)).toHaveLength(1);
  });

  test('that dies there is overtaken by another, and goes on behind it', async () => {
    const log = freshLog();
    const [mine, theirs] = [large(), large()];
    await expect(open({ client: losing() }).append(log, at(1), mine)).rejects.toThrow('killed');
    expect(await open().append(log, at(1), theirs)).toEqual({ kind: 'appended' });
    const outcome = await open().append(log, at(1), mine);
    expect(outcome.kind).toBe('conflict');
    expect(await open().append(log, at(2), mine)).toEqual({ kind: 'appended' });
    expect((await readAll(open(), log)).map(({ payload }) => Buffer.from(payload))).toEqual([theirs.payload, mine.payload]);
  });

  test('that loses a position changes nothing of the payload that won it', async () => {
    const log = freshLog();
    const payloads = Array.from({ length: 6 }, () => large());
    const objects = new Counted();
    const outcomes = await Promise.all(payloads.map((each) => open({ store: objects }).append(log, at(1), each)));
    const won = payloads[outcomes.findIndex(({ kind }) => kind === 'appended')];
    expect(outcomes.filter(({ kind }) => kind === 'conflict')).toHaveLength(5);
    // All had looked, and seen nothing.
    expect(new Set(objects.puts).size).toBe(6);
    expect((await readAll(open(), log)).map(({ payload }) => Buffer.from(payload))).toEqual([won?.payload]);
  });

  test('whose object is not taken appends nothing', async () => {
    const log = freshLog();
    const refusing: ObjectStore = { put: async () => Promise.reject(new Error('no access')), get: async () => undefined };
    await expect(open({ store: refusing }).append(log, at(1), large())).rejects.toThrow('no access');
    expect(await open().last(log)).toBeUndefined();
  });
});

/** An entry whose payload is an object. */
async function appended(): Promise<{ log: LogName; address: string }> {
  const log = freshLog();
  await open().append(log, at(1), large());
  return { log, address: await addressAt(log, 1) };
}

describe('an object', () => {
  test('that is gone while its entry lives stops whoever reads that, and says so', async () => {
    const { log, address } = await appended();
    await s3.remove(address);
    for (const meet of [() => open().read(log, ORIGIN), () => open().last(log), () => open().append(log, at(1), large())]) {
      await expect(meet()).rejects.toThrow(CorruptEntryError);
      await expect(meet()).rejects.toMatchObject({
        position: 1,
        message: `${log} at 1: its payload ${address} is not there, or may not be read`,
      });
    }
  });

  test('that is gone when its entry is due has expired with it', async () => {
    const { log, address } = await appended();
    const dueMs = NOW_MS + RETENTION_DAYS * DAY_MS;
    expect(await open({ nowMs: dueMs }).read(log, ORIGIN)).toHaveLength(1);
    await s3.remove(address);
    await expect(open({ nowMs: dueMs - 1_000 }).read(log, ORIGIN)).rejects.toThrow(CorruptEntryError);
    await expect(open({ nowMs: dueMs }).read(log, ORIGIN)).rejects.toThrow(ExpiredLogError);
    await expect(open({ nowMs: dueMs }).last(log)).rejects.toThrow(ExpiredLogError);
  });

  test('that holds other bytes than it was given stops whoever reads it', async () => {
    const { log, address } = await appended();
    await s3.open().put(address, randomBytes(50_000), 'UNSIGNED-PAYLOAD');
    await expect(open().read(log, ORIGIN)).rejects.toThrow(`${log} at 1: its payload ${address} does not fit its digest`);
    await expect(open().last(log)).rejects.toThrow(CorruptEntryError);
  });
});
