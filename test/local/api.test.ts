import { join } from 'node:path';
import { ProvisionedThroughputExceededException } from '@aws-sdk/client-kinesis';
import type { Pane } from 'mullion';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ApiServer } from '../../functions/api/api-server.ts';
import { serveLocalApi } from '../../local/api/local-api.ts';
import { ReplayedSystems } from '../../local/api/replayed-systems.ts';
import { type LocalAws, startLocalAws } from '../../local/emulators/local-aws.ts';
import { produce } from '../../local/producer.ts';
import { createStream } from '../../local/provisioning/stream.ts';
import { createTable } from '../../local/provisioning/table.ts';
import { readStream } from '../../local/stream-reader.ts';
import { LocalSystem } from '../../local/system.ts';
import type { SocketAnswer } from '../../shared/intake/answer-message.ts';
import { type OpenApiDocument, TrueDocument } from '../functions/api/true-document.ts';
import alerts, { type Report } from './examples/alerts.ts';
import { injectFaults } from './faulty-kinesis.ts';
import { unexpected } from './unexpected.ts';

const resources = { tableName: 'state', inputStream: 'in', outputStream: 'out', sideStream: 'side' };
const MINUTE_MS = 60_000;
const WAIT = { timeout: 15_000, interval: 20 };

let aws: LocalAws;
let system: LocalSystem;
let replays: ReplayedSystems;
let server: ApiServer;
let document: TrueDocument;
/** Operations that have been asked for. */
const asked = new Set<string>();

async function send(...reports: Report[]): Promise<void> {
  const records = reports.map((report) => ({ partitionKey: report.host, data: JSON.stringify(report) }));
  await produce({ kinesis: aws.kinesis, streamName: resources.inputStream, eventsPerSecond: 1_000 }, records);
  await system.caughtUp();
}

/** Asks over HTTP, and holds the answer against the document. */
async function ask(operation: string, path: string, init: RequestInit = {}) {
  asked.add(operation);
  const response = await fetch(`${server.address}${path}`, { method: operation.split(' ')[0] ?? 'GET', ...init });
  const contentType = response.headers.get('content-type') ?? '';
  const text = await response.text();
  const body = contentType.includes('json') ? (JSON.parse(text) as Record<string, unknown>) : text;
  expect(document.untruths(operation, response.status, contentType, body)).toEqual([]);
  return { status: response.status, headers: response.headers, contentType, body: body as never };
}

beforeAll(async () => {
  aws = await startLocalAws();
  await Promise.all([
    ...[resources.inputStream, resources.outputStream, resources.sideStream].map((streamName) =>
      createStream(aws.kinesis, { streamName, shardCount: 1 }),
    ),
    createTable(aws.dynamodb, resources.tableName),
  ]);
  const running = {
    ...aws,
    resources,
    pipelineEntry: join(import.meta.dirname, 'examples', 'alerts.ts'),
    environment: aws.environment,
    fireEveryMs: 200,
    onTrouble: unexpected,
  };
  system = await LocalSystem.start(running);
  replays = new ReplayedSystems(running);
  server = await serveLocalApi({ definition: alerts, ...aws, ...resources, switch: system.switch }, { replays, onError: unexpected });
  document = new TrueDocument((await (await fetch(`${server.address}/openapi.json`)).json()) as OpenApiDocument);
}, 60_000);

afterAll(async () => {
  await server.stop();
  await replays.stop();
  await system.stop();
  await aws.stop();
}, 60_000);

describe('the API, over HTTP, on the local stack', { timeout: 60_000 }, () => {
  test('says before anything has run that nothing has', async () => {
    expect((await ask('GET /health', '/health')).body).toEqual({ status: 'ok', pipelines: [{ id: 'alerts', table: 'ok' }] });
  });

  test('tells what is open, what has been fired, and how the pipeline stands', async () => {
    await send(
      { at: 1_000, host: 'a/1', severity: 'info' },
      { at: 2_000, host: 'a/1', severity: 'critical' },
      { at: MINUTE_MS, host: 'b', severity: 'info' },
    );
    await vi.waitFor(async () => {
      const { body } = await ask('GET /panes', '/panes?window=minute');
      expect(body).toMatchObject({
        items: [{ window: 'minute', key: 'a/1', count: 2, value: { reports: 2 }, pane: { timing: 'ON_TIME' } }],
      });
    }, WAIT);
    await send({ at: MINUTE_MS + 1, host: 'b', severity: 'info' });

    expect((await ask('GET /status', '/status')).body).toMatchObject({ pipelines: [{ id: 'alerts', state: 'running', eventsRead: 4 }] });
    expect((await ask('GET /pipelines', '/pipelines?limit=1')).body).toMatchObject({
      items: [{ id: 'alerts', conservationDifference: 0 }],
    });
    expect((await ask('GET /pipelines/{id}', '/pipelines/alerts')).body).toMatchObject({
      fingerprint: alerts.fingerprint,
      windows: { minute: { window: 'tumbling(60000, offset 0)', aggregates: ['reports=count'] } },
      lanes: [{ isPublished: true }],
    });
    expect((await ask('GET /pipelines/{id}/stats', '/pipelines/alerts/stats')).body).toMatchObject({
      counts: { read: 4, folded: 4 },
      conservationDifference: 0,
      isCurrent: true,
    });
    expect((await ask('GET /watermarks', '/watermarks')).body).toMatchObject({
      items: [{ id: 'alerts', watermark: MINUTE_MS, heldBackBy: 'shardId-000000000000', shards: [{ watermark: MINUTE_MS }] }],
    });
    expect((await ask('GET /windows', '/windows')).body).toMatchObject({
      items: [
        { pipeline: 'alerts', window: 'hour', start: 0, end: 60 * MINUTE_MS, keys: 2, events: 4 },
        { pipeline: 'alerts', window: 'minute', start: MINUTE_MS, keys: 1, events: 2 },
      ],
      isCurrent: true,
    });
    expect((await ask('GET /windows/{window}/{key}', `/windows/hour/${encodeURIComponent('a/1')}`)).body).toMatchObject({
      key: 'a/1',
      items: [{ start: 0, count: 2, value: { reports: 2 } }],
    });
    expect((await ask('GET /state', '/state?prefix=b')).body).toMatchObject({
      items: [
        { window: 'hour', key: 'b', count: 2 },
        { window: 'minute', key: 'b', count: 2 },
      ],
    });
  });

  test('pages through lists', async () => {
    const seen: unknown[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await ask('GET /state', `/state?limit=1${cursor}`);
      const { items, next } = body as { items: { window: string; key: string }[]; next?: string };
      seen.push(...items.map(({ window, key }) => `${window} ${key}`));
      if (next === undefined) break;
      cursor = `&cursor=${next}`;
    }
    expect(seen).toEqual(['hour a/1', 'hour b', 'minute b']);
    const panes = async (query: string) => (await ask('GET /panes', `/panes?${query}`)).body as { items: Pane[]; next?: string };
    const [newest, ...others] = (await panes('limit=100')).items;
    const page = await panes('limit=1');
    expect(page.items).toEqual([newest]);
    expect((await panes(`limit=100&cursor=${page.next}`)).items).toEqual(others);
  });

  test('explains a pane', async () => {
    const { body } = await ask('GET /panes', '/panes?window=minute');
    const { items } = body as { items: Pane[] };
    const { id } = items.at(-1) as Pane;
    expect((await ask('GET /panes/{id}/explain', `/panes/${encodeURIComponent(id)}/explain`)).body).toMatchObject({
      pane: { id },
      accounts: 'balanced',
      reason: 'end',
      events: 2,
    });
  });

  test('tells Prometheus the same', async () => {
    const { body, contentType } = await ask('GET /metrics', '/metrics');
    expect(contentType).toContain('text/plain');
    const lines = (body as string).split('\n');
    expect(lines).toContain('stream_events_processed_total{pipeline="alerts"} 4');
    expect(lines).toContain('stream_events_total{pipeline="alerts",outcome="folded"} 4');
    expect(lines).toContain('stream_conservation_difference{pipeline="alerts"} 0');
    for (const name of ['stream_processing_duration_seconds', 'stream_watermark_lag_seconds'])
      expect(body).toMatch(new RegExp(`^${name}\\{pipeline="alerts",shard="shardId-000000000000"\\} \\d`, 'm'));
    expect(body).toMatch(/^stream_active_windows\{pipeline="alerts",window="hour"\} 1$/m);
  });

  test('streams panes as they are fired, and goes on where a connection broke', async () => {
    const first = await streamed();
    await send({ at: 2 * MINUTE_MS, host: 'b', severity: 'info' });
    const pane = await first.next('pane');
    expect(JSON.parse(pane.data)).toMatchObject({ window: 'minute', key: 'b', count: 2 });
    expect(JSON.parse((await first.next('status')).data)).toMatchObject({ id: 'alerts', state: 'running' });
    await first.end();
    await send({ at: 3 * MINUTE_MS, host: 'c', severity: 'info' });
    const second = await streamed({ 'last-event-id': pane.id });
    expect(JSON.parse((await second.next('pane')).data)).toMatchObject({ window: 'minute', key: 'b', start: 2 * MINUTE_MS });
    await second.end();
  });

  test('streams pictures, each with what was fired since the one before', async () => {
    const watching = await streamed({}, 'pictures?window=minute');
    const first = JSON.parse((await watching.next('picture')).data) as { fired: object[] };
    expect(first).toMatchObject({
      pipeline: { id: 'alerts', state: 'running' },
      stats: { counts: { read: 6 }, conservationDifference: 0 },
      watermarks: { watermark: 3 * MINUTE_MS - 1 },
      windows: [{ window: 'minute', start: 3 * MINUTE_MS, keys: 1, events: 1 }],
      cut: [],
      isCurrent: true,
    });
    // The past that somebody sees who begins to look.
    expect(first.fired.at(-1)).toMatchObject({ window: 'minute', start: 2 * MINUTE_MS, timing: 'ON_TIME', panes: 1, events: 1 });
    const next = await watching.next('picture');
    expect(document.untruths('GET /events/pictures', 200, 'text/event-stream', JSON.parse(next.data))).toEqual([]);
    expect(JSON.parse(next.data)).toMatchObject({ fired: [], panes: [] });
    await watching.end();
    const again = await streamed({ 'last-event-id': next.id }, 'pictures?window=minute&prefix=z');
    expect(JSON.parse((await again.next('picture')).data)).toMatchObject({ fired: [], windows: [] });
    await again.end();
  });

  test('tells what was rejected, and why', async () => {
    await produce({ kinesis: aws.kinesis, streamName: resources.inputStream, eventsPerSecond: 1_000 }, [
      { partitionKey: 'b', data: '{"at": "yesterday"}' },
    ]);
    await system.caughtUp();
    await vi.waitFor(async () => {
      expect((await ask('GET /refusals', '/refusals?limit=1')).body).toMatchObject({
        items: [{ kind: 'invalid', code: 'timestamp', windows: [], events: 1, text: '{"at": "yesterday"}' }],
      });
    }, WAIT);
  });

  test('says what a month would cost that goes on like this', async () => {
    const { body } = await ask('GET /pipelines/{id}/cost', '/pipelines/alerts/cost?rate=1000');
    expect(body).toMatchObject({ id: 'alerts', of: { rate: 1_000, eventBytes: 200, shards: 1, windowMs: MINUTE_MS, slideMs: MINUTE_MS } });
    const { dollars, parts } = body as { dollars: number; parts: { dollars: number }[] };
    expect(parts.reduce((sum, part) => sum + part.dollars, 0)).toBeCloseTo(dollars, 6);
  });

  test('asks the pipeline to pause, to go on, and to write its state down', async () => {
    for (const [action, state] of [
      ['pause', 'paused'],
      ['resume', 'running'],
      ['checkpoint', 'running'],
    ]) {
      expect(await ask(`POST /pipelines/{id}/${action}`, `/pipelines/alerts/${action}`)).toMatchObject({ status: 202, body: { action } });
      await vi.waitFor(async () => {
        expect((await ask('GET /pipelines/{id}', '/pipelines/alerts')).body).toMatchObject({ state, pending: [] });
      }, WAIT);
    }
  });

  test('sets the rules by which events go into windows, and not over those of somebody else', async () => {
    const put = (body: object) =>
      ask('PUT /pipelines/{id}/rules', '/pipelines/alerts/rules', {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await ask('GET /pipelines/{id}/rules', '/pipelines/alerts/rules')).body).toMatchObject({
      version: 0,
      rules: [],
      otherwise: 'keep',
    });
    const rules = [{ name: 'noise', action: 'drop', pattern: { host: [{ prefix: 'test-' }] } }];
    const set = await put({ rules, replaces: 0 });
    expect(set.body).toMatchObject({ version: 1, rules, otherwise: 'keep' });
    expect((await ask('GET /pipelines/{id}/rules', '/pipelines/alerts/rules')).body).toEqual(set.body);
    expect(await put({ rules: [], replaces: 0 })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('version 1 by now') },
    });
    expect(await put({ rules: [{ name: 'n', action: 'drop', pattern: { host: [{ starts: 'x' }] } }] })).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('rules.0.pattern.host.0') },
    });
  });

  test('stops deliveries, and goes on where they were', async () => {
    const before = (await ask('GET /pipelines/{id}/stats', '/pipelines/alerts/stats')).body as { counts: { read: number } };
    expect((await ask('POST /pipelines/{id}/stop', '/pipelines/alerts/stop')).body).toEqual({ pipeline: 'alerts', isOn: false });
    expect((await ask('GET /pipelines/{id}', '/pipelines/alerts')).body).toMatchObject({ state: 'stopped' });
    const records = [{ partitionKey: 'b', data: JSON.stringify({ at: 3 * MINUTE_MS + 1, host: 'b', severity: 'info' }) }];
    await produce({ kinesis: aws.kinesis, streamName: resources.inputStream, eventsPerSecond: 1_000 }, records);
    expect((await ask('GET /pipelines/{id}/stats', '/pipelines/alerts/stats')).body).toMatchObject({
      counts: { read: before.counts.read },
    });
    expect((await ask('POST /pipelines/{id}/start', '/pipelines/alerts/start')).body).toEqual({ pipeline: 'alerts', isOn: true });
    await system.caughtUp();
    expect((await ask('GET /pipelines/{id}/stats', '/pipelines/alerts/stats')).body).toMatchObject({
      counts: { read: before.counts.read + 1 },
      conservationDifference: 0,
    });
  });

  test('takes events: by the key of the pipeline, or that is given, and says of each where it is, or why it is not', async () => {
    const before = (await ask('GET /pipelines/{id}/stats', '/pipelines/alerts/stats')).body as {
      counts: { read: number; invalid: number };
    };
    const post = (events: object[]) =>
      ask('POST /events', '/events', { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ events }) });
    const report = (host?: string) => ({ at: 3 * MINUTE_MS + 2, ...(host !== undefined && { host }), severity: 'info' });
    const some = await post([
      { data: report('b') },
      { data: report() },
      { data: report(), partitionKey: 'mine' },
      { data: { ...report('b'), text: 'x'.repeat(2 ** 20) } },
    ]);
    expect(some).toMatchObject({
      status: 207,
      body: {
        pipeline: 'alerts',
        accepted: 2,
        refused: 2,
        results: [
          { status: 'accepted', shardId: 'shardId-000000000000' },
          { status: 'refused', code: 'key', message: expect.stringContaining('windows.hour.keyBy gave undefined') },
          { status: 'accepted', shardId: 'shardId-000000000000' },
          { status: 'refused', code: 'tooLarge', message: expect.stringContaining('allowed: 1048576') },
        ],
      },
    });
    expect(some.body).not.toHaveProperty('retryAfterMs');
    const { results } = some.body as { results: { sequenceNumber?: string }[] };
    const onStream = new Map<string, { partitionKey: string; event: unknown }>();
    for await (const { sequenceNumber, partitionKey, data } of readStream({
      kinesis: aws.kinesis,
      streamName: resources.inputStream,
      endAtTip: true,
    }))
      onStream.set(sequenceNumber, { partitionKey, event: JSON.parse(Buffer.from(data).toString()) });
    expect(onStream.get(results[0]?.sequenceNumber ?? '')).toEqual({ partitionKey: 'b', event: report('b') });
    expect(onStream.get(results[2]?.sequenceNumber ?? '')).toEqual({ partitionKey: 'mine', event: report() });

    // As it was written: a double has no room for all of these digits.
    const exact = '{"at":180002, "host":"b", "cents":9007199254740993}';
    const headers = { 'content-type': 'application/json' };
    const { body: one } = await ask('POST /events', '/events', { headers, body: `{"events":[{"data":${exact}}]}` });
    const [{ sequenceNumber = '' } = {}] = (one as { results: { sequenceNumber?: string }[] }).results;
    const written: string[] = [];
    for await (const record of readStream({ kinesis: aws.kinesis, streamName: resources.inputStream, endAtTip: true }))
      if (record.sequenceNumber === sequenceNumber) written.push(Buffer.from(record.data).toString());
    expect(written).toEqual([exact]);

    expect(await post([{ data: report('b') }])).toMatchObject({ status: 200, body: { accepted: 1, refused: 0 } });
    expect(await post([{ data: report() }])).toMatchObject({ status: 422, body: { accepted: 0, refused: 1 } });
    expect(await post([])).toMatchObject({ status: 400, contentType: 'application/problem+json' });
    expect(await post(Array.from({ length: 501 }, () => ({ data: report('b') })))).toMatchObject({ status: 400 });
    await system.caughtUp();
    expect((await ask('GET /pipelines/{id}/stats', '/pipelines/alerts/stats')).body).toMatchObject({
      counts: { read: before.counts.read + 4, invalid: before.counts.invalid + 1 },
      conservationDifference: 0,
    });
  });

  test('takes events over a WebSocket on the same port: what it acknowledges is on the stream, as it was written', async () => {
    const socket = new WebSocket(`${server.address.replace('http', 'ws')}/ws/ingest`);
    const answers: SocketAnswer[] = [];
    socket.addEventListener('message', ({ data }) => answers.push(JSON.parse(data as string) as SocketAnswer));
    await new Promise((resolve) => socket.addEventListener('open', resolve));
    const events = Array.from(
      { length: 30 },
      (_each, index) => `{"at":${3 * MINUTE_MS + 3}, "host":"ws-${index}", "cents":9007199254740993}`,
    );
    const batches = [0, 10, 20].map((from) => events.slice(from, from + 10).map((event) => `{"data":${event}}`));
    for (const [id, batch] of batches.entries()) socket.send(`{"id":"${id}","events":[${batch.join(',')}]}`);
    await vi.waitFor(() => expect(answers).toHaveLength(3), WAIT);
    expect(answers.toSorted(byId)).toEqual(['0', '1', '2'].map((id) => ({ type: 'ack', id, accepted: 10, refused: [] })));
    const onStream: string[] = [];
    for await (const { data } of readStream({ kinesis: aws.kinesis, streamName: resources.inputStream, endAtTip: true }))
      onStream.push(Buffer.from(data).toString());
    expect(onStream.filter((text) => text.includes('"ws-')).toSorted()).toEqual(events.toSorted());

    const refused = { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate exceeded' };
    injectFaults(aws.kinesis, 'PutRecordsCommand', [
      () => Promise.resolve({ FailedRecordCount: 1, Records: [refused, { ShardId: 'shardId-000000000000', SequenceNumber: '7' }] }),
    ]);
    socket.send(`{"id":"3","events":[${batches[0]?.slice(0, 2).join(',')}]}`);
    await vi.waitFor(() => expect(answers).toHaveLength(4), WAIT);
    expect(answers[3]).toMatchObject({
      type: 'backpressure',
      id: '3',
      retryAfterMs: 1_000,
      accepted: 1,
      refused: [{ index: 0, code: 'throttled' }],
    });
    socket.close();
  });

  test('says when a stream is too busy, and after which time it may not be', async () => {
    const post = () =>
      ask('POST /events', '/events', {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ events: [1, 2].map((n) => ({ data: { at: 3 * MINUTE_MS + n, host: `${n}`, severity: 'info' } })) }),
      });
    const refused = { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate exceeded' };
    const taken = { ShardId: 'shardId-000000000000', SequenceNumber: '7' };
    injectFaults(aws.kinesis, 'PutRecordsCommand', [
      () => Promise.reject(new ProvisionedThroughputExceededException({ message: 'Rate exceeded', $metadata: {} })),
      () => Promise.resolve({ FailedRecordCount: 1, Records: [taken, refused] }),
      () => Promise.resolve({ FailedRecordCount: 2, Records: [refused, { ErrorCode: 'InternalFailure' }] }),
    ]);
    const [throttled, partly, unanswered] = [await post(), await post(), await post()];
    expect(throttled).toMatchObject({
      status: 429,
      body: { accepted: 0, retryAfterMs: 1_000, results: [{ code: 'throttled' }, { code: 'throttled' }] },
    });
    expect(throttled.headers.get('retry-after')).toBe('1');
    expect(partly).toMatchObject({
      status: 207,
      body: { accepted: 1, retryAfterMs: 1_000, results: [{ sequenceNumber: '7' }, { code: 'throttled' }] },
    });
    expect(unanswered).toMatchObject({ status: 503, body: { results: [{ code: 'throttled' }, { code: 'unanswered' }] } });
  });

  test('replays the pipeline under another name, and comes to the same', async () => {
    const replay = (name: string) =>
      ask('POST /pipelines/{id}/replay', '/pipelines/alerts/replay', {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name }),
      });
    expect(await replay('alerts')).toMatchObject({ status: 409 });
    expect(await replay('not a name')).toMatchObject({ status: 400 });
    expect(await replay('alerts-again')).toMatchObject({ status: 201, body: { pipeline: 'alerts-again' } });
    const values = async (name: string) => {
      const { items } = (await ask('GET /state', `/state?pipeline=${name}`)).body as { items: object[] };
      return items.map((item) => ({ ...item, pipeline: '' }));
    };
    await vi.waitFor(async () => {
      const { counts } = (await ask('GET /pipelines/{id}/stats', '/pipelines/alerts-again/stats')).body as { counts: object };
      expect(counts).toEqual(((await ask('GET /pipelines/{id}/stats', '/pipelines/alerts/stats')).body as { counts: object }).counts);
      expect(await values('alerts-again')).toEqual(await values('alerts'));
    }, WAIT);
    expect(await ask('GET /state', '/state')).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('which pipeline is meant') },
    });
  });

  test.each([
    ['GET /pipelines/{id}', '/pipelines/alarms', 404, "there is no pipeline 'alarms' here; there is 'alerts', 'alerts-again'"],
    ['GET /windows', '/windows?window=week&pipeline=alerts', 404, "pipeline 'alerts' has no window 'week'; it has 'hour', 'minute'"],
    ['GET /windows', '/windows?limit=0&pipeline=alerts', 400, 'limit: needed: a whole number from 1 to 1000'],
    ['GET /state', '/state?cursor=nonsense&pipeline=alerts', 400, 'this is no cursor of this list'],
    ['GET /panes', '/panes?from=yesterday&pipeline=alerts', 400, 'from: needed: epoch milliseconds'],
    ['GET /panes/{id}/explain', '/panes/nothing/explain', 400, "'nothing' is no id of a pane"],
    ['GET /panes/{id}/explain', '/panes/alerts:minute:0-60000:nobody:0/explain', 404, 'has not been fired'],
  ])('answers %s %s with a problem that helps', async (operation, path, status, detail) => {
    const answer = await ask(operation, path);
    expect(answer).toMatchObject({ status, contentType: 'application/problem+json', body: { status } });
    expect((answer.body as { detail: string }).detail).toContain(detail);
  });

  test.each([
    ['{"events":[]}', 400, 'events: needed: at least 1 element'],
    ['{"event":[]}', 400, 'events: it is missing; needed: an array'],
    ['{"events":[{"dat":1}]}', 400, 'events.0.data: needed: the event, as it is to stand on the stream'],
    ['{"events":[{"data":1,"partitionKey":7}]}', 400, 'events.0.partitionKey: needed: text'],
  ])('says of the body %s what is needed', async (body, status, detail) => {
    const response = await fetch(`${server.address}/events?pipeline=alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect([response.status, await response.json()]).toEqual([status, expect.objectContaining({ detail })]);
  });

  test('says of a body that is not said to be JSON which header it needs', async () => {
    const response = await fetch(`${server.address}/pipelines/alerts/drain`, { method: 'POST', body: '{"confirm":"alerts"}' });
    expect([response.status, await response.json()]).toEqual([
      415,
      expect.objectContaining({ detail: expect.stringContaining("'content-type: application/json'") }),
    ]);
  });

  test('says of a path that there is not, where to look', async () => {
    const response = await fetch(`${server.address}/windws`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ detail: 'there is no GET /windws; GET /openapi.json says what there is' });
  });

  test('answers nobody who comes under another name, and no page of another site', async () => {
    const elsewhere = await fetch(`${server.address}/status`, { headers: { origin: 'https://example.com' } });
    expect(elsewhere.status).toBe(403);
    const { port } = new URL(server.address);
    expect(await statusUnder(`example.com:${port}`, Number(port))).toBe(403);
    expect(await statusUnder(`localhost:${port}`, Number(port))).toBe(200);
  });

  test('drains only who says the name of what is to be drained', async () => {
    const drain = (confirm: string) =>
      ask('POST /pipelines/{id}/drain', '/pipelines/alerts/drain', {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ confirm }),
      });
    expect(await drain('yes')).toMatchObject({ status: 400 });
    expect(await drain('alerts')).toMatchObject({ status: 202, body: { action: 'drain' } });
    await vi.waitFor(async () => {
      expect((await ask('GET /pipelines/{id}', '/pipelines/alerts')).body).toMatchObject({ state: 'drained' });
    }, WAIT);
    expect(await ask('POST /pipelines/{id}/pause', '/pipelines/alerts/pause')).toMatchObject({ status: 409 });
  });

  test('was asked everything that it says it can be asked', () => {
    expect([...asked].toSorted()).toEqual(document.operations.toSorted());
  });
});

const byId = ({ id: a = '' }: SocketAnswer, { id: b = '' }: SocketAnswer) => a.localeCompare(b);

/** A stream of events, read one by one. */
async function streamed(headers: Record<string, string> = {}, of = '') {
  const path = of === '' ? '/events' : `/events/${of}`;
  asked.add(`GET ${path.split('?')[0]}`);
  const leaving = new AbortController();
  const response = await fetch(`${server.address}${path}`, { headers, signal: leaving.signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const chunks = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const next = async (event: string): Promise<{ data: string; id: string }> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end === -1) {
        const { value = '', done } = await chunks.read();
        if (done) throw new Error('the stream has ended');
        text += value;
        continue;
      }
      const fields = Object.fromEntries(
        text
          .slice(0, end)
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      ) as { event: string; data: string; id: string };
      text = text.slice(end + 2);
      if (fields.event === event) return fields;
    }
  };
  // Where it begins is settled with its first event.
  if (of === '') await next('open');
  return {
    next,
    end: async () => {
      leaving.abort();
      await chunks.closed.catch(() => {});
    },
  };
}

async function statusUnder(host: string, port: number): Promise<number> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, path: '/status', headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asking.on('error', reject).end();
  });
}
