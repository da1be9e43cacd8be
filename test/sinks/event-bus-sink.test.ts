import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { afterEach, expect, test } from 'vitest';
import { EventBusSink } from '../../shared/adapters/sinks/event-bus-sink.ts';
import { PartlyTakenError } from '../../shared/ports/pane-sink.ts';
import { paneOf } from '../fixtures/pane-of.ts';

interface Entry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly EventBusName?: string;
}

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** No emulator of EventBridge is at hand: this one speaks its protocol, refuses what EventBridge refuses, and fails for entries as it is told. */
async function startBus(codeOf: (id: string, attempt: number) => string | undefined = () => undefined) {
  const requests: Entry[][] = [];
  const taken: Entry[] = [];
  const attempts = new Map<string, number>();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      expect(request.headers['x-amz-target']).toBe('AWSEvents.PutEvents');
      const { Entries } = JSON.parse(body) as { readonly Entries: readonly Entry[] };
      requests.push([...Entries]);
      const bytes = Entries.reduce((sum, { Detail }) => sum + Buffer.byteLength(Detail), 0);
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      if (Entries.length > 10 || bytes > 262_144)
        return response.writeHead(400).end(JSON.stringify({ __type: 'ValidationException', message: 'too many, or too large' }));
      const answers = Entries.map((entry) => {
        const { id } = JSON.parse(entry.Detail) as { readonly id: string };
        const attempt = (attempts.get(id) ?? 0) + 1;
        attempts.set(id, attempt);
        const code = codeOf(id, attempt);
        if (code === undefined) taken.push(entry);
        return code === undefined ? { EventId: id } : { ErrorCode: code, ErrorMessage: 'not now' };
      });
      return response.end(JSON.stringify({ FailedEntryCount: answers.filter((each) => 'ErrorCode' in each).length, Entries: answers }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new EventBridgeClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  stops.push(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  const waits: number[] = [];
  const sink = new EventBusSink({ client, eventBusName: 'results', sleep: async (ms) => void waits.push(ms) });
  return { sink, requests, taken, waits };
}

const panes = Array.from({ length: 23 }, (_each, place) => paneOf({ key: `k${place}`, place }));

test('an event bus gets each pane as an event, ten a request', async () => {
  const { sink, requests, taken } = await startBus();
  await sink.put(panes);
  expect(requests.map((each) => each.length)).toEqual([10, 10, 3]);
  expect(taken.map(({ Detail }) => JSON.parse(Detail) as unknown)).toEqual(panes);
  expect(taken[0]).toMatchObject({ Source: 'mullion', DetailType: 'Pane Fired', EventBusName: 'results' });
});

test('requests stay below what an event bus takes', async () => {
  const { sink, requests, taken } = await startBus();
  await sink.put(panes.map((pane) => ({ ...pane, value: { text: 'x'.repeat(60_000) } })));
  expect(requests.map((each) => each.length)).toEqual([4, 4, 4, 4, 4, 3]);
  expect(taken).toHaveLength(23);
});

test('what an event bus does not take goes out again, and nothing else does', async () => {
  const { sink, requests, taken, waits } = await startBus((id, attempt) =>
    /:k[25]:/.test(id) && attempt < 3 ? 'ThrottlingException' : undefined,
  );
  await sink.put(panes.slice(0, 10));
  expect(requests.map((each) => each.length)).toEqual([10, 2, 2]);
  expect(new Set(taken.map(({ Detail }) => Detail)).size).toBe(10);
  expect(waits).toEqual([100, 200]);
});

test('what it never takes comes again, with all behind it', async () => {
  const { sink } = await startBus((id) => (id.includes(':k12:') ? 'InternalFailure' : undefined));
  const error = await sink.put(panes).catch((each: unknown) => each);
  expect(error).toBeInstanceOf(PartlyTakenError);
  expect(error).toMatchObject({ taken: 12, message: expect.stringContaining('did not take 1 events in 5 attempts: InternalFailure') });
});

test('a request that is refused as a whole says how far the sink has come', async () => {
  const { sink } = await startBus();
  const error = await sink
    .put([...panes.slice(0, 10), { ...paneOf(), value: { text: 'x'.repeat(300_000) } }])
    .catch((each: unknown) => each);
  expect(error).toMatchObject({ taken: 10 });
});
