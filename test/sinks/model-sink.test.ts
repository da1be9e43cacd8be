import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { afterEach, describe, expect, test } from 'vitest';
import { startStandInModel, type StandInOptions } from '../../local/conversation/stand-in-model.ts';
import { httpHandler } from '../../shared/adapters/http-handler.ts';
import { BedrockChat } from '../../shared/adapters/sinks/bedrock-chat.ts';
import { type ModelAnswer, ModelSink, type ModelSinkOptions } from '../../shared/adapters/sinks/model-sink.ts';
import { OpenAIChat } from '../../shared/adapters/sinks/openai-chat.ts';
import type { Pane } from '../../shared/pipeline/pane.ts';
import { type ChatMessage, type ChatModel, ModelError } from '../../shared/ports/chat-model.ts';
import { paneOf } from '../fixtures/pane-of.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function openAI(options: StandInOptions = {}): Promise<ChatModel> {
  const server = await startStandInModel(options);
  stops.push(async () => server.stop());
  return new OpenAIChat({ baseUrl: server.baseUrl, model: 'any', apiKey: 'k', parameters: { temperature: 0 } });
}

const question: readonly ChatMessage[] = [
  { role: 'system', content: 'be short' },
  { role: 'user', content: 'customer: hello' },
];

describe('a model behind OpenAI’s protocol', () => {
  test('answers', async () => {
    const model = await openAI();
    expect(await model.answer(question)).toBe('(no model, a stand-in) I have read 1 message. The customer said last: “hello”');
  });

  test.each([
    [429, true],
    [500, true],
    [401, false],
  ])('that says %i may answer another time: %s', async (status, mayPass) => {
    const model = await openAI({ statusOf: () => status });
    const error = await model.answer(question).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(ModelError);
    expect(error).toMatchObject({ mayPass, message: expect.stringContaining(`answered ${status}`) });
  });

  test('that cannot be reached, or answers something else, is one that may answer another time', async () => {
    const unreachable = new OpenAIChat({ baseUrl: 'http://127.0.0.1:9/v1', model: 'any' });
    expect(await unreachable.answer(question).catch((each: unknown) => each)).toMatchObject({ name: 'ModelError', mayPass: true });
    const { url } = await answering(200, { choices: [] });
    const other = new OpenAIChat({ baseUrl: url, model: 'any' });
    expect(await other.answer(question).catch((each: unknown) => each)).toMatchObject({
      mayPass: true,
      message: `${url} answered no chat completion`,
    });
  });
});

/** A server that gives everybody the same answer. */
async function answering(status: number, body: unknown, headers: Record<string, string> = {}) {
  const asked: { url: string | undefined; body: unknown }[] = [];
  const server = createServer((request, response) => {
    void json(request).then((given) => {
      asked.push({ url: request.url, body: given });
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

function bedrock(endpoint: string): ChatModel {
  const client = new BedrockRuntimeClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    // The client talks HTTP/2 by itself, which this server does not.
    requestHandler: httpHandler(),
  });
  stops.push(async () => client.destroy());
  return new BedrockChat({ client, modelId: 'some.model-v1', inferenceConfig: { maxTokens: 9 } });
}

describe('a model of Bedrock', () => {
  test('is asked by Converse, with what the system says apart', async () => {
    const { url, asked } = await answering(200, {
      output: { message: { role: 'assistant', content: [{ text: 'good ' }, { text: 'day' }] } },
      stopReason: 'end_turn',
    });
    expect(await bedrock(url).answer(question)).toBe('good day');
    expect(asked).toEqual([
      {
        url: '/model/some.model-v1/converse',
        body: {
          messages: [{ role: 'user', content: [{ text: 'customer: hello' }] }],
          system: [{ text: 'be short' }],
          inferenceConfig: { maxTokens: 9 },
        },
      },
    ]);
  });

  test.each([
    ['ThrottlingException', 429, true],
    ['ValidationException', 400, false],
  ])('that says %s may answer another time: %s %s', async (name, status, mayPass) => {
    const { url } = await answering(status, { message: 'no' }, { 'x-amzn-errortype': name });
    expect(
      await bedrock(url)
        .answer(question)
        .catch((each: unknown) => each),
    ).toMatchObject({ name: 'ModelError', mayPass, message: 'Bedrock: no' });
  });
});

function sinkOf(model: ChatModel, options: Partial<ModelSinkOptions<Pane>> = {}) {
  const answers: ModelAnswer[] = [];
  const sink = new ModelSink<Pane>({
    model,
    ask: ({ key }) => (key === 'k3' ? undefined : [{ role: 'user', content: `customer: ${key}` }]),
    answers: { put: async (some) => void answers.push(...some) },
    backoffFirstMs: 1,
    breakAfter: 100,
    ...options,
  });
  return { sink, answers };
}

describe('a window that a model is asked about', () => {
  const panes = Array.from({ length: 5 }, (_each, place) => paneOf({ key: `k${place}`, place }));

  test('gets its answer, in the order of the panes; where there is nothing to ask nobody is asked', async () => {
    const { sink, answers } = sinkOf(await openAI());
    await sink.put(panes);
    expect(answers.map(({ id }) => id)).toEqual([0, 1, 2, 4].map((place) => `${panes[place]?.id}:answer`));
    expect(answers.map(({ text }) => text?.slice(-4))).toEqual(['“k0”', '“k1”', '“k2”', '“k4”']);
  });

  test('is asked about again when the model fails, and tells why when it goes on failing', async () => {
    const attempts = new Map<string, number>();
    const statusOf = (_request: number, asked: string) => {
      const attempt = (attempts.get(asked) ?? 0) + 1;
      attempts.set(asked, attempt);
      return asked.endsWith('k1') || (asked.endsWith('k0') && attempt < 3) ? 503 : 200;
    };
    const { sink, answers } = sinkOf(await openAI({ statusOf }), { attemptsMax: 3 });
    await sink.put(panes);
    expect(answers.map(({ failure }) => failure?.replace(/^\S+ /, ''))).toEqual([undefined, 'answered 503', undefined, undefined]);
    expect([attempts.get('customer: k0'), attempts.get('customer: k1'), attempts.get('customer: k2')]).toEqual([3, 3, 1]);
  });

  test('comes again with those behind it, where that is asked for', async () => {
    const { sink, answers } = sinkOf(await openAI({ statusOf: (_request, asked) => (asked.endsWith('k4') ? 400 : 200) }), {
      onFailure: 'retry',
    });
    await expect(sink.put(panes)).rejects.toMatchObject({ name: 'PartlyTakenError', taken: 4 });
    expect(answers).toHaveLength(3);
  });
});
