import { boundedOutOfOrderness, count, pipeline, type PipelineOptions, tumbling } from 'mullion';
import { describe, expect, test, vi } from 'vitest';
import { createApi } from '../../../functions/api/app.ts';
import { createApiHandler } from '../../../functions/api/handler.ts';
import { readApiEnvironment } from '../../../functions/api/environment.ts';
import { ServedPipeline } from '../../../functions/api/served-pipeline.ts';
import type { InputStream } from '../../../shared/ports/input-stream.ts';
import { WatchedRun } from '../../view/watched-run.ts';

interface Sale {
  readonly at: number;
}

const sales = pipeline<Sale>()('sales', {
  timestamp: ({ at }) => at,
  watermark: boundedOutOfOrderness(0),
  windows: { minutes: { window: tumbling(60), keyBy: () => 'all', aggregate: { n: count() } } },
});

/** What API Gateway asks a function, in its second format. */
const request = (method: string, path: string, headers: Record<string, string> = {}) => ({
  version: '2.0',
  routeKey: `${method} /{path+}`,
  rawPath: path,
  rawQueryString: '',
  headers: { host: 'abc.execute-api.us-east-1.amazonaws.com', ...headers },
  requestContext: {
    domainName: 'abc.execute-api.us-east-1.amazonaws.com',
    http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
    stage: '$default',
  },
  isBase64Encoded: false,
});

async function running() {
  const run = new WatchedRun(sales, 'a');
  const onError = vi.fn<(error: unknown) => void>();
  const turned: boolean[] = [];
  const pipelineSwitch = { isOn: async () => turned.at(-1) ?? true, turn: async (isOn: boolean) => void turned.push(isOn) };
  const served = new ServedPipeline(run.pipeline, { ...run.ports, switch: pipelineSwitch });
  const handler = createApiHandler([], undefined, {
    pipelines: [served],
    clock: run.ports.clock,
    events: { everyMs: 10, staysOpen: false },
    onError,
  });
  const ask = async (method: string, path: string, headers: Record<string, string> = {}) =>
    (await handler(request(method, path, headers) as never, {} as never)) as {
      statusCode: number;
      headers: Record<string, string>;
      body: string;
    };
  await run.send('a', [{ at: 1 }, { at: 70 }]);
  await run.fire();
  return { run, ask, onError, turned };
}

describe('the function behind API Gateway', () => {
  test('answers what the app answers', async () => {
    const { ask } = await running();
    const answer = await ask('GET', '/pipelines/sales/stats');
    expect(answer.statusCode).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ counts: { read: 2, folded: 2 } });
    expect(await ask('GET', '/nothing')).toMatchObject({ statusCode: 404, headers: { 'content-type': 'application/problem+json' } });
  });

  test('ends a stream of events after one look, and says where to go on and when', async () => {
    const { run, ask } = await running();
    const first = await ask('GET', '/events');
    expect(first.body).toContain('retry: 10');
    const [, id = ''] = /^id: (.+)$/m.exec(first.body) ?? [];
    await run.send('a', [{ at: 130 }]);
    await run.fire();
    const second = await ask('GET', '/events', { 'last-event-id': id });
    expect(second.body.match(/^event: pane$/gm)).toHaveLength(1);
    const [, last = ''] = [...second.body.matchAll(/^id: (.+)$/gm)].at(-1) ?? [];
    expect((await ask('GET', '/events', { 'last-event-id': last })).body).not.toContain('event: pane');
  });

  test('starts and stops what delivers to a pipeline', async () => {
    const { ask, turned } = await running();
    expect(JSON.parse((await ask('POST', '/pipelines/sales/stop')).body)).toEqual({ pipeline: 'sales', isOn: false });
    expect(JSON.parse((await ask('GET', '/pipelines/sales')).body)).toMatchObject({ state: 'stopped' });
    await ask('POST', '/pipelines/sales/start');
    expect(turned).toEqual([false, true]);
  });

  test('starts, stops and replays nothing where that takes a deployment, and says which', async () => {
    const run = new WatchedRun(sales, 'a');
    const app = createApi([new ServedPipeline(run.pipeline, run.ports)], {
      clock: run.ports.clock,
      events: { everyMs: 10, staysOpen: false },
      onError: vi.fn<(error: unknown) => void>(),
    });
    const answer = await app.request('/pipelines/sales/stop', { method: 'POST' });
    expect(answer.status).toBe(405);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('can be paused and resumed') as string });
    const events = await app.request('/events', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ events: [{ data: { at: 1 } }] }),
    });
    expect(events.status).toBe(405);
    const replay = await app.request('/pipelines/sales/replay', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'sales-again', from: '2026-03-01T00:00:00Z' }),
    });
    expect(replay.status).toBe(405);
    expect(await replay.json()).toMatchObject({
      detail: expect.stringContaining("name: 'sales-again', startingPosition: new Date('2026-03-01T00:00:00Z')") as string,
    });
  });

  test('takes no events for a pipeline that reads something else than JSON', async () => {
    const run = new WatchedRun(sales, 'a');
    const inputStream = { eventBytesMax: 1_000, eventsMax: 500, put: vi.fn<InputStream['put']>() };
    const zipped = pipeline<Sale>('zipped', { ...(sales.options as PipelineOptions<Sale>), format: 'json', compression: 'gzip' });
    const app = createApi([new ServedPipeline(zipped, { ...run.ports, inputStream })], {
      clock: run.ports.clock,
      events: { everyMs: 10, staysOpen: false },
      onError: vi.fn<(error: unknown) => void>(),
    });
    const body = JSON.stringify({ events: [{ data: { at: 1 } }] });
    const answer = await app.request('/events', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect([answer.status, inputStream.put.mock.calls]).toEqual([405, []]);
  });

  test('says of what went wrong inside nothing outside, and tells its log', async () => {
    const { run, ask, onError } = await running();
    vi.spyOn(run.store, 'last').mockRejectedValue(new Error('the key of table secret-name is wrong'));
    const answer = await ask('GET', '/status');
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('secret-name');
    expect(onError).toHaveBeenCalledWith(expect.objectContaining({ message: 'the key of table secret-name is wrong' }));
    expect((await ask('GET', '/health')).statusCode).toBe(503);
  });
});

describe('what the environment says of pipelines', () => {
  test('is one a definition', () => {
    const text = JSON.stringify([{ table: 't', inputStream: 'i', retentionDays: 30 }]);
    expect(readApiEnvironment({ MULLION_PIPELINES: text }, 1)).toEqual([{ table: 't', inputStream: 'i', retentionDays: 30 }]);
    expect(() => readApiEnvironment({ MULLION_PIPELINES: text }, 2)).toThrow('MULLION_PIPELINES is missing or wrong');
  });

  test.each([undefined, '', 'no JSON', '{}', '[{"table":"t"}]'])('%j is refused, and it is said who sets it', (text) => {
    expect(() => readApiEnvironment({ MULLION_PIPELINES: text }, 1)).toThrow('the PipelineApi construct sets it');
  });
});
