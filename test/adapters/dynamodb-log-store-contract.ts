import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { type AttributeValue, DeleteItemCommand, type DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DynamoDBLogStore } from '../../shared/adapters/dynamodb/dynamodb-log-store.ts';
import { assertIntact, CorruptEntryError, FORMAT_VERSION, frame, unframe } from '../../shared/log/frame.ts';
import { ExpiredLogError } from '../../shared/log/expired-log-error.ts';
import type { PositionedEntry } from '../../shared/log/log-entry.ts';
import { chunkPartition, type LogName } from '../../shared/log/keys.ts';
import { ORIGIN } from '../../shared/log/position.ts';
import type { Engine } from '../engines/engine.ts';
import { LogTable } from '../engines/log-table.ts';
import { at, entry, freshLog, logStoreContract, readAll } from './log-store-contract.ts';

// Far from now: an engine may delete at once what is due.
const NOW_MS = 4_000_000_000_500;

async function expectDamage(store: DynamoDBLogStore, log: LogName): Promise<void> {
  const { header, payload } = (await store.last(log)) as PositionedEntry;
  expect(() => unframe(header, payload)).toThrow(CorruptEntryError);
  expect(() => assertIntact(header, payload)).toThrow(CorruptEntryError);
}

/** What the log store in DynamoDB must do on every engine that stands in for it, beyond what every log store must. */
export function dynamodbLogStoreContract(engine: Engine): void {
  let table: LogTable;
  let client: DynamoDBClient;

  beforeAll(async () => {
    table = await LogTable.on(engine);
    client = table.client();
  });

  afterAll(() => table.stop());

  function storeOn(on: DynamoDBClient): DynamoDBLogStore {
    return new DynamoDBLogStore({ client: on, tableName: table.tableName, clock: { nowMs: () => NOW_MS }, retentionDays: 30 });
  }

  async function items(partition: string): Promise<Record<string, AttributeValue>[]> {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: table.tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: partition } },
        ConsistentRead: true,
      }),
    );
    return Items;
  }

  async function put(item: Record<string, AttributeValue>): Promise<void> {
    await client.send(new PutItemCommand({ TableName: table.tableName, Item: item }));
  }

  async function damage(
    log: LogName,
    change: (item: Record<string, AttributeValue>) => Record<string, AttributeValue | undefined>,
  ): Promise<void> {
    const item = (await items(log)).at(-1) as Record<string, AttributeValue>;
    await put(
      Object.fromEntries(Object.entries({ ...item, ...change(item) }).filter(([, value]) => value !== undefined)) as Record<
        string,
        AttributeValue
      >,
    );
  }

  /** A client for which one request of a kind is answered, and the answer is lost: the SDK sends it again. */
  function losingOneAnswer(command: string): DynamoDBClient {
    const losing = table.client();
    let lost = false;
    losing.middlewareStack.add(
      (next, { commandName }) =>
        async (request) => {
          const answer = await next(request);
          if (lost || commandName !== command) return answer;
          lost = true;
          throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET', $retryable: {} });
        },
      // Behind the SDK's retrying, around the sending.
      { step: 'finalizeRequest', priority: 'low' },
    );
    return losing;
  }

  /** The calls that an append makes. */
  async function callsOf(append: (store: DynamoDBLogStore) => Promise<unknown>): Promise<string[]> {
    const watched = table.client();
    const calls: string[] = [];
    watched.middlewareStack.add(
      (next, { commandName }) =>
        async (request) => {
          calls.push(String(commandName).replace('Command', ''));
          return next(request);
        },
      { step: 'initialize' },
    );
    await append(storeOn(watched));
    return calls;
  }

  logStoreContract(() => storeOn(client));

  test('keeps items for the days it is told to', async () => {
    const log = freshLog();
    await storeOn(client).append(log, at(1), entry('a'));
    expect((await items(log)).map(({ x }) => x)).toEqual([{ N: String(4_000_000_000 + 30 * 86_400) }]);
  });

  test('takes its own put for a success when the answer was lost and the SDK sent it again', async () => {
    const log = freshLog();
    expect(await storeOn(losingOneAnswer('PutItemCommand')).append(log, at(1), entry('a'))).toEqual({ kind: 'alreadyAppended' });
    expect(await readAll(storeOn(client), log)).toHaveLength(1);
    const large = entry('large', randomBytes(500 * 1024));
    expect((await storeOn(losingOneAnswer('PutItemCommand')).append(log, at(2), large)).kind).toBe('appended');
    expect(await storeOn(client).append(log, at(2), large)).toEqual({ kind: 'alreadyAppended' });
  });

  test('takes the winner from the refusal where DynamoDB sends it along', async () => {
    const log = freshLog();
    await storeOn(client).append(log, at(1), entry('theirs'));
    const [item] = await items(log);
    const telling = table.client();
    let reads = 0;
    telling.middlewareStack.add(
      (next, { commandName }) =>
        async (request) => {
          if (commandName !== 'PutItemCommand') reads++;
          try {
            return await next(request);
          } catch (error) {
            // The emulator leaves it out.
            throw (error as Error).name === 'ConditionalCheckFailedException' ? Object.assign(error as Error, { Item: item }) : error;
          }
        },
      { step: 'initialize' },
    );
    expect(await storeOn(telling).append(log, at(1), entry('mine'))).toMatchObject({
      kind: 'conflict',
      found: { header: entry('theirs').header, position: 1 },
    });
    expect(await storeOn(telling).append(log, at(1), entry('theirs'))).toEqual({ kind: 'alreadyAppended' });
    expect(reads).toBe(0);
  });

  test('throws what it cannot decide', async () => {
    const refusing = table.client();
    refusing.middlewareStack.add(
      () => async () => {
        throw Object.assign(new Error('no access'), { name: 'AccessDeniedException' });
      },
      { step: 'initialize' },
    );
    await expect(storeOn(refusing).append(freshLog(), at(1), entry('a'))).rejects.toThrow('no access');
  });

  describe('a large entry', () => {
    test('is put where nothing stands only, for a put that fails is billed; a small one is not worth the look', async () => {
      const log = freshLog();
      const large = entry('large', randomBytes(100 * 1024));
      expect(await callsOf((store) => store.append(log, at(1), large))).toEqual(['GetItem', 'PutItem']);
      expect(await callsOf((store) => store.append(log, at(1), large))).toEqual(['GetItem']);
      expect(await callsOf((store) => store.append(log, at(1), entry('another', randomBytes(100 * 1024))))).toEqual(['GetItem']);
      expect(await callsOf((store) => store.append(log, at(2), entry('small')))).toEqual(['PutItem']);
    });

    test('of several chunks writes none of them where another stands', async () => {
      const log = freshLog();
      await storeOn(client).append(log, at(1), entry('theirs'));
      expect(await callsOf((store) => store.append(log, at(1), entry('mine', randomBytes(800 * 1024))))).toEqual(['GetItem']);
    });
  });

  describe('a hole', () => {
    test('is not skipped over: what stands behind it is not read', async () => {
      const log = freshLog();
      const store = storeOn(client);
      for (const position of [1, 2, 3]) await store.append(log, at(position), entry(`${position}`));
      await client.send(new DeleteItemCommand({ TableName: table.tableName, Key: { pk: { S: log }, n: { N: '2' } } }));
      expect((await store.read(log, ORIGIN)).map(({ position }) => position)).toEqual([1]);
      await expect(store.read(log, at(1))).rejects.toThrow(ExpiredLogError);
    });

    test('that only a lagging read shows is read again, and is none', async () => {
      const log = freshLog();
      for (const position of [1, 2, 3]) await storeOn(client).append(log, at(position), entry(`${position}`));
      const lagging = table.client();
      lagging.middlewareStack.add(
        (next, { commandName }) =>
          async (request) => {
            const answer = await next(request);
            const isLagging = commandName === 'QueryCommand' && !(request.input as { ConsistentRead?: boolean }).ConsistentRead;
            if (isLagging) (answer.output as { Items?: unknown[] }).Items?.shift();
            return answer;
          },
        { step: 'initialize' },
      );
      expect((await storeOn(lagging).read(log, ORIGIN)).map(({ position }) => position)).toEqual([1, 2, 3]);
    });
  });

  describe('chunks', () => {
    const large = () => entry('large', randomBytes(800 * 1024));
    const chunksOf = async (log: LogName) => {
      const digest = (await items(log))[0]?.d?.S as string;
      const chunks = await Promise.all([1, 2, 3, 4].map(async (number) => items(chunkPartition(log, digest, number))));
      return chunks.flat();
    };

    test('stand before the entry that refers to them: a writer that dies in between leaves nothing to be seen', async () => {
      const log = freshLog();
      const dying = table.client();
      dying.middlewareStack.add(
        (next) => async (request) => {
          if ('ConditionExpression' in request.input) throw new Error('killed');
          return next(request);
        },
        { step: 'initialize' },
      );
      const payload = large();
      await expect(storeOn(dying).append(log, at(1), payload)).rejects.toThrow('killed');
      expect(await storeOn(client).last(log)).toBeUndefined();
      // Another writer takes the position; the same one, tried again, finds its chunks and takes the next.
      await storeOn(client).append(log, at(1), entry('another'));
      expect(await storeOn(client).append(log, at(2), payload)).toEqual({ kind: 'appended' });
      expect((await readAll(storeOn(client), log)).map(({ position }) => position)).toEqual([1, 2]);
    });

    test('expire a week after their entry, for time to live keeps no order, and carry the version', async () => {
      const log = freshLog();
      await storeOn(client).append(log, at(1), large());
      const chunks = await chunksOf(log);
      expect(chunks).toHaveLength(3);
      const entryExpiresAtS = Number((await items(log))[0]?.x?.N);
      for (const { x, v } of chunks)
        expect({ x, v }).toEqual({ x: { N: String(entryExpiresAtS + 7 * 86_400) }, v: { N: String(FORMAT_VERSION) } });
    });

    test('that are lost, cut or changed make the entry corrupt, never shorter', async () => {
      const log = freshLog();
      const store = storeOn(client);
      await store.append(log, at(1), large());
      const chunks = await chunksOf(log);
      const last = chunks.at(-1) as Record<string, AttributeValue>;
      const bytes = last.b?.B as Uint8Array;

      const changed = Buffer.from(bytes);
      changed[0] = (changed[0] as number) ^ 1;
      await put({ ...last, b: { B: changed } });
      await expect(store.read(log, ORIGIN)).rejects.toThrow(CorruptEntryError);
      await put({ ...last, b: { B: bytes.subarray(1) } });
      await expect(store.last(log)).rejects.toThrow(CorruptEntryError);
      await client.send(
        new DeleteItemCommand({ TableName: table.tableName, Key: { pk: last.pk as AttributeValue, n: last.n as AttributeValue } }),
      );
      await expect(store.read(log, ORIGIN)).rejects.toThrow(/at 1: a payload of 3 chunks has lost number 3/);
      await expect(store.last(log)).rejects.toMatchObject({ position: 1 });
      await put(last);
      expect(await store.read(log, ORIGIN)).toHaveLength(1);
    });
  });

  describe('a header that names a few thousand shards', () => {
    const shardId = (index: number) => `shardId-${String(index).padStart(12, '0')}`;
    const header = JSON.stringify({
      kind: 'anything',
      cut: Object.fromEntries(
        Array.from({ length: 6_000 }, (_each, index) => [shardId(index), { position: index, last: String(10n ** 55n + BigInt(index)) }]),
      ),
    });

    test('is packed into its item, which could not hold it, and comes back as it was', async () => {
      const log = freshLog();
      const appended = { header, payload: new Uint8Array(frame(header, randomBytes(2_000))) };
      expect(header.length).toBeGreaterThan(400 * 1024);
      expect(await storeOn(client).append(log, at(1), appended)).toEqual({ kind: 'appended' });
      expect(await storeOn(client).last(log)).toEqual({ ...appended, position: 1 });
      expect(await storeOn(client).append(log, at(1), appended)).toEqual({ kind: 'alreadyAppended' });
    });

    test('stops whoever reads it when it is damaged', async () => {
      const log = freshLog();
      const store = storeOn(client);
      await store.append(log, at(1), { header, payload: frame(header, randomBytes(2_000)) });
      const packed = (await items(log))[0]?.z?.B as Uint8Array;
      await damage(log, () => ({ z: { B: packed.subarray(0, -1) } }));
      await expect(store.read(log, ORIGIN)).rejects.toThrow(CorruptEntryError);
      await expect(store.last(log)).rejects.toThrow(/at 1 has a header that cannot be decompressed/);
    });
  });

  describe('damaged bytes', () => {
    const HEADER = JSON.stringify({ kind: 'anything' });
    const flipped = (bytes: Uint8Array, index: number) => bytes.with(index, (bytes[index] as number) ^ 1);

    test.each<[string, (payload: Uint8Array) => Uint8Array]>([
      ['with a flipped bit', (payload) => flipped(payload, 1_000)],
      ['with a flipped bit in its frame', (payload) => flipped(payload, 1)],
      ['that is cut short', (payload) => payload.subarray(0, -1)],
      ['that is cut to nothing', () => new Uint8Array()],
    ])('a payload %s stops whoever reads the entry', async (_what, change) => {
      const log = freshLog();
      const store = storeOn(client);
      const payload = frame(HEADER, randomBytes(2_000));
      await store.append(log, at(1), { header: HEADER, payload });
      await damage(log, () => ({ b: { B: change(payload) } }));
      await expectDamage(store, log);
    });

    test('a header with another letter stops whoever reads the entry', async () => {
      const log = freshLog();
      const store = storeOn(client);
      await store.append(log, at(1), { header: HEADER, payload: frame(HEADER, randomBytes(2_000)) });
      await damage(log, () => ({ h: { S: HEADER.replace('any', 'ani') } }));
      await expectDamage(store, log);
    });
  });

  describe('a damaged item', () => {
    test.each<[string, Parameters<typeof damage>[1], string]>([
      [
        'of a newer version',
        () => ({ v: { N: String(FORMAT_VERSION + 1) } }),
        `has format version ${FORMAT_VERSION + 1}; this version reads ${FORMAT_VERSION}: deploy the version that wrote it`,
      ],
      ['without a version', () => ({ v: undefined }), 'has format version undefined'],
      ['without a header', () => ({ h: undefined }), 'lacks its header or its payload'],
      ['without a payload', () => ({ b: undefined }), 'lacks its header or its payload'],
    ])('%s is refused wherever it is met', async (_what, change, message) => {
      const log = freshLog();
      const store = storeOn(client);
      await store.append(log, at(1), entry('a'));
      await damage(log, change);
      for (const meet of [() => store.read(log, ORIGIN), () => store.last(log), () => store.append(log, at(1), entry('a'))]) {
        await expect(meet()).rejects.toThrow(CorruptEntryError);
        await expect(meet()).rejects.toThrow(`${log} at 1 ${message}`);
      }
    });
  });
}
