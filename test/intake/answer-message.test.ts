import { boundedOutOfOrderness, count, type InputOptions, pipeline, type PipelineOptions, tumbling } from 'mullion';
import { describe, expect, test } from 'vitest';
import { answerMessage, type SocketAnswer } from '../../shared/intake/answer-message.ts';
import { MESSAGE_BYTES_MAX } from '../../shared/intake/event-message.ts';
import type { InputStream, PutResult, StreamedEvent } from '../../shared/ports/input-stream.ts';

interface Sale {
  readonly at: number;
  readonly shop: string;
}

const sales = pipeline<Sale>('sales', {
  timestamp: ({ at }) => at,
  watermark: boundedOutOfOrderness(0),
  windows: {
    minutes: {
      window: tumbling('1m'),
      keyBy: ({ shop }) => {
        if (shop === 'far') throw new Error(`too far${'!'.repeat(10_000)}`);
        return shop;
      },
      aggregate: { sales: count() },
    },
  },
});

const THROTTLED: PutResult = { kind: 'throttled', message: 'ProvisionedThroughputExceededException' };

/** A stream that takes what it is told to take: of every put, in the order of its events. */
class ObedientStream implements InputStream {
  readonly eventBytesMax = 200;
  readonly eventsMax = 500;
  readonly taken: StreamedEvent[] = [];
  readonly #troubles: (PutResult | 'taken')[];

  constructor(...troubles: (PutResult | 'taken')[]) {
    this.#troubles = troubles;
  }

  async put(events: readonly StreamedEvent[]): Promise<readonly PutResult[]> {
    return events.map((event) => {
      const trouble = this.#troubles.shift() ?? 'taken';
      if (trouble !== 'taken') return trouble;
      this.taken.push(event);
      return { kind: 'taken', shardId: 'shard', sequenceNumber: String(this.taken.length) };
    });
  }
}

async function answered(message: unknown, stream: InputStream = new ObedientStream()): Promise<SocketAnswer> {
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  const onError = (error: unknown) => expect.fail(String(error));
  return answerMessage(text, { pipeline: sales, stream, onError });
}

const sale = (shop = 'Porto') => ({ data: { at: 1, shop } });

describe('a message of events', () => {
  test('is acknowledged with what the stream has taken: as it was written, under the key of the pipeline or the one that is given', async () => {
    const stream = new ObedientStream();
    const message = `{"id":"7","events":[
      {"data":{"at":1, "shop":"Porto", "cents":9007199254740993}},
      {"data":[1],"partitionKey":"mine"}]}`;
    expect(await answered(message, stream)).toEqual({ type: 'ack', id: '7', accepted: 2, refused: [] });
    expect(stream.taken).toEqual([
      { partitionKey: 'Porto', data: '{"at":1, "shop":"Porto", "cents":9007199254740993}' },
      { partitionKey: 'mine', data: '[1]' },
    ]);
  });

  test('is acknowledged in part where some events are refused for good', async () => {
    const stream = new ObedientStream();
    const events = [{ data: { at: 1 } }, sale(), { data: 'x'.repeat(200), partitionKey: 'k' }];
    expect(await answered({ id: '1', events }, stream)).toEqual({
      type: 'ack',
      id: '1',
      accepted: 1,
      refused: [
        { index: 0, code: 'key', message: expect.stringContaining('or say its partitionKey') },
        { index: 2, code: 'tooLarge', message: 'it has 203 bytes with its key; allowed: 200' },
      ],
    });
    expect(stream.taken).toHaveLength(1);
  });

  test('meets backpressure where the stream throttles: what it has taken is acknowledged, what it has not is named', async () => {
    const stream = new ObedientStream('taken', THROTTLED, { kind: 'unanswered', message: 'InternalFailure' }, 'taken');
    const events = [sale('a'), sale('b'), { data: { at: 1 } }, sale('c'), sale('d')];
    expect(await answered({ id: '1', events }, stream)).toEqual({
      type: 'backpressure',
      id: '1',
      retryAfterMs: 1_000,
      accepted: 2,
      refused: [
        { index: 1, code: 'throttled', message: expect.stringContaining('ProvisionedThroughputExceededException') },
        { index: 2, code: 'key', message: expect.any(String) },
        { index: 3, code: 'unanswered', message: expect.stringContaining('it may come twice') },
      ],
    });
    expect(stream.taken.map(({ partitionKey }) => partitionKey)).toEqual(['a', 'd']);
  });

  test('meets backpressure where the stream takes nothing at all', async () => {
    const stream = new ObedientStream(THROTTLED, THROTTLED);
    expect(await answered({ id: '1', events: [sale(), sale()] }, stream)).toMatchObject({
      type: 'backpressure',
      accepted: 0,
      refused: [
        { index: 0, code: 'throttled' },
        { index: 1, code: 'throttled' },
      ],
    });
  });

  test('that fails is told of nothing that went wrong inside, and whoever runs it of all', async () => {
    const failure = new Error('arn:aws:kinesis:… does not exist');
    const errors: unknown[] = [];
    const stream: InputStream = { eventBytesMax: 1_000, eventsMax: 500, put: () => Promise.reject(failure) };
    const text = JSON.stringify({ id: '1', events: [sale()] });
    const answer = await answerMessage(text, { pipeline: sales, stream, onError: (error) => errors.push(error) });
    expect(answer).toEqual({
      type: 'error',
      code: 'failed',
      id: '1',
      retryAfterMs: 1_000,
      message: 'it failed, and some of it may be on the stream; the log says why. Send it again later',
    });
    expect(errors).toEqual([failure]);
  });

  test('has an answer that fits a message, however much is wrong with it', async () => {
    const events = Array.from({ length: 500 }, () => sale('far'));
    const answer = await answered({ id: 'x'.repeat(64), events });
    expect(answer).toMatchObject({ type: 'ack', accepted: 0 });
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(MESSAGE_BYTES_MAX / 2);
  });
});

describe('a message that cannot be read', () => {
  test.each([
    ['no', 'the message is no JSON; needed: {"id": "1", "events": [{"data": …}, …]}'],
    ['', 'the message is no JSON'],
    [[], 'the message is an array of 0; needed: {"id"'],
    [{ events: [sale()] }, 'id is undefined; needed: text of 1 to 64 characters, which the answer repeats'],
    [{ id: 7, events: [sale()] }, 'id is 7; needed: text'],
    [{ id: '', events: [sale()] }, "id is ''"],
    [{ id: 'x'.repeat(65), events: [sale()] }, 'needed: text of 1 to 64'],
  ])('says so without an id that it does not have: %j', async (message, reason) => {
    expect(await answered(message)).toEqual({ type: 'error', code: 'unreadable', message: expect.stringContaining(reason) });
  });

  test.each([
    [{}, 'events is undefined; needed: an array of 1 to 500, each {"data": …}'],
    [{ events: [] }, 'events is an array of 0'],
    [{ events: Array.from({ length: 501 }, () => sale()) }, 'events is an array of 501'],
    [{ events: [sale(), 7] }, 'events.1 is 7; needed: {"data": …}'],
    [{ events: [{ at: 1 }] }, 'events.0 has no data; needed: {"data": …}, the event as it is to stand on the stream'],
    [{ events: [{ ...sale(), partitionKey: '' }] }, "events.0.partitionKey is ''; needed: text of 1 to 256 characters, or leave it out"],
    [{ events: [{ ...sale(), partitionKey: 7 }] }, 'events.0.partitionKey is 7'],
  ])('says so under its id, and puts nothing: %j', async (message, reason) => {
    const stream = new ObedientStream();
    expect(await answered({ id: '1', ...message }, stream)).toEqual({
      type: 'error',
      code: 'unreadable',
      id: '1',
      message: expect.stringContaining(reason),
    });
    expect(stream.taken).toEqual([]);
  });
});

describe('a pipeline that declares what its records are', () => {
  const declared = (input: InputOptions<Sale>) => pipeline<Sale>('sales', { ...(sales.options as PipelineOptions<Sale>), ...input });
  const ask = (input: InputOptions<Sale>, stream: InputStream) =>
    answerMessage('{"id":"1","events":[{"data":{"at":1,\n"shop":"a"}}]}', {
      pipeline: declared(input),
      stream,
      onError: (error) => expect.fail(String(error)),
    });

  test('gets an event on one line where a line is an event', async () => {
    const stream = new ObedientStream();
    expect(await ask({ format: 'ndjson' }, stream)).toMatchObject({ type: 'ack', accepted: 1 });
    expect(stream.taken).toEqual([{ partitionKey: 'a', data: '{"at":1, "shop":"a"}' }]);
  });

  test('gets nothing where it does not read JSON', async () => {
    const stream = new ObedientStream();
    const answer = { type: 'error', code: 'unreadable', message: "pipeline 'sales' does not read JSON alone; put records on its stream" };
    expect(await ask({ format: 'json', compression: 'gzip' }, stream)).toEqual(answer);
    expect(stream.taken).toEqual([]);
  });
});
