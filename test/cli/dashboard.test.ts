import { createHash, createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { apiProxy } from '../../cli/dashboard/api-proxy.ts';
import { createApi } from '../../functions/api/app.ts';
import { type ApiServer, serveLocally } from '../../functions/api/api-server.ts';
import { ServedPipeline } from '../../functions/api/served-pipeline.ts';
import { RequestSigner } from '../../shared/adapters/execute-api/request-signer.ts';
import { lambdaClient } from '../../shared/adapters/lambda/lambda-client.ts';
import alerts from '../local/examples/alerts.ts';
import { WatchedRun } from '../view/watched-run.ts';

const PAGE = { html: '<!doctype html>', icon: '<svg/>', script: '', style: '' };
const KEY = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI' };

let api: ApiServer;
let proxy: ApiServer;
const asked: Request[] = [];

beforeAll(async () => {
  const run = new WatchedRun(alerts, 'a');
  await run.send('a', [{ at: 1, host: 'a', severity: 'info' }]);
  await run.fire();
  const app = createApi([new ServedPipeline(run.pipeline, run.ports)], {
    page: PAGE,
    clock: run.ports.clock,
    events: { everyMs: 10, staysOpen: false },
    onError: (error) => expect.fail(String(error)),
  });
  api = await serveLocally({
    fetch: (request) => {
      asked.push(request.clone());
      return app.fetch(request);
    },
  });
  proxy = await serveLocally(apiProxy(new URL(api.address), async () => ({ authorization: 'Bearer token' })));
});

afterAll(async () => {
  await proxy.stop();
  await api.stop();
});

describe('the dashboard of a deployed API', () => {
  test('comes from the API, with what it says of itself', async () => {
    const page = await fetch(`${proxy.address}/`);
    expect(page.url).toBe(`${proxy.address}/dashboard`);
    expect(await page.text()).toBe(PAGE.html);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const etag = page.headers.get('etag') ?? '';
    expect((await fetch(`${proxy.address}/dashboard`, { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  test('asks in the name of whoever started it, also for news, and where to go on', async () => {
    const first = await (await fetch(`${proxy.address}/events/pictures?window=hour`)).text();
    const id = /^id: (.+)$/m.exec(first)?.[1] ?? '';
    expect(first).toContain('event: picture');
    await (await fetch(`${proxy.address}/events/pictures?window=hour`, { headers: { 'last-event-id': id } })).text();
    expect(asked.at(-1)?.url).toBe(`${api.address}/events/pictures?window=hour`);
    expect(asked.at(-1)?.headers.get('authorization')).toBe('Bearer token');
    expect(asked.at(-1)?.headers.get('last-event-id')).toBe(id);
  });

  test('hands requests on with what they say, and refusals back', async () => {
    const drain = await fetch(`${proxy.address}/pipelines/alerts/drain`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ confirm: 'no' }),
    });
    expect(drain.status).toBe(400);
    expect(await drain.json()).toMatchObject({ detail: expect.stringContaining("confirm: 'no'") });
  });

  test('says that the API does not answer', async () => {
    const nowhere = await serveLocally(apiProxy(new URL('http://127.0.0.1:9'), async () => ({})));
    const answer = await fetch(`${nowhere.address}/status`);
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('http://127.0.0.1:9 could not be asked') });
    await nowhere.stop();
  });

  test('is for nobody else on the network, nor for pages of other sites', async () => {
    expect((await fetch(`${proxy.address}/status`, { headers: { origin: 'https://example.com' } })).status).toBe(403);
  });
});

test.each([
  ['GET', 'https://abc123.execute-api.eu-north-1.amazonaws.com/events/pictures?window=hour&prefix=a%2Fb', undefined],
  ['POST', 'https://abc123.execute-api.eu-north-1.amazonaws.com/pipelines/alerts/drain', '{"confirm":"alerts"}'],
])('a request is signed as API Gateway computes it: %s %s', async (method, address, text) => {
  vi.stubEnv('AWS_REGION', 'us-east-1');
  const { config } = lambdaClient();
  const signer = new RequestSigner({ credentials: async () => KEY, region: config.region, sha256: config.sha256 });
  const url = new URL(address);
  const body = text === undefined ? undefined : new TextEncoder().encode(text);
  const signed = await signer.headers({ method, url, body });
  vi.unstubAllEnvs();
  const { authorization = '', ...headers } = signed;
  const [, date = '', names = '', signature] =
    /Credential=AKIDEXAMPLE\/(\d{8})\/eu-north-1\/execute-api\/aws4_request, SignedHeaders=([^,]+), Signature=(.+)$/.exec(
      authorization,
    ) as string[];
  const all: Record<string, string> = { ...headers, host: url.host };
  const canonical = [
    method,
    url.pathname,
    [...url.searchParams]
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .sort()
      .join('&'),
    ...names.split(';').map((name) => `${name}:${all[name]}`),
    '',
    names,
    createHash('sha256')
      .update(text ?? '')
      .digest('hex'),
  ].join('\n');
  const scope = `${date}/eu-north-1/execute-api/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', all['x-amz-date'], scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = [date, 'eu-north-1', 'execute-api', 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${KEY.secretAccessKey}`,
  );
  expect(signature).toBe(createHmac('sha256', key).update(toSign).digest('hex'));
});
