import { describe, expect, test } from 'vitest';
import { ConversationView } from '../../local/conversation/conversation-view.ts';
import { type Arrival, arrivals } from '../../local/conversation/messages.ts';
import type { Exchange } from '../../local/conversation/question.ts';
import { runConversation } from '../../local/conversation/run-conversation.ts';
import { startStandInModel } from '../../local/conversation/stand-in-model.ts';
import { OpenAIChat } from '../../shared/adapters/sinks/openai-chat.ts';
import type { ModelAnswer } from '../../shared/adapters/sinks/model-sink.ts';
import { runExample } from './run-example.ts';

const ALL = arrivals();

/** What is to be in each window, computed from all that was said. */
function exchangesOf(all: readonly Arrival[], windowSizeMs: number): Map<string, string[]> {
  const byWindow = Map.groupBy(
    all.map(({ message }) => message).toSorted((a, b) => a.at - b.at),
    ({ session, at }) => `${session} ${Math.floor(at / windowSizeMs) * windowSizeMs}`,
  );
  return new Map([...byWindow].map(([window, messages]) => [window, messages.map(({ from, text }) => `${from}: ${text}`)]));
}

const exchangeOf = ({ pane: { key, start } }: ModelAnswer<Exchange>) => `${key} ${start}`;
const saidIn = ({ pane }: ModelAnswer<Exchange>) => pane.value.said.events.map(({ from, text }) => `${from}: ${text}`);

test('messages arrive out of order, by up to five seconds', () => {
  const behind = ALL.filter(({ message }, index) => ALL.slice(0, index).some((before) => before.message.at > message.at));
  expect(behind.length).toBeGreaterThan(5);
  for (const { message, arrivedAtMs } of ALL) expect(arrivedAtMs - message.at).toBeLessThan(5_000);
});

describe('npm run example -- conversations', () => {
  test.each([20, 30])('gives the model every window of %i seconds, in the order in which things were said', async (seconds) => {
    const args = ['--window-size', String(seconds), '--speed-factor', '1000', '--stand-in-delay', '0'];
    const { told: answers, said } = await runExample<ModelAnswer<Exchange>>('conversations', ...args);
    const expected = exchangesOf(ALL, seconds * 1_000);
    expect(new Map(answers.map((answer) => [exchangeOf(answer), saidIn(answer)]))).toEqual(expected);
    expect(answers).toHaveLength(expected.size);
    for (const answer of answers) expect(answer.text).toContain(`I have read ${saidIn(answer).length} message`);
    expect(said[0]).toContain('a stand-in answers, which is none');
  });
});

/** In no time at all, with a model that behaves so. */
async function played(options: Parameters<typeof startStandInModel>[0]) {
  const server = await startStandInModel(options);
  const happened: string[] = [];
  const answers = await runConversation({
    arrivals: ALL,
    windowSizeMs: 20_000,
    speedFactor: Number.POSITIVE_INFINITY,
    model: new OpenAIChat({ baseUrl: server.baseUrl, model: 'any' }),
    signal: new AbortController().signal,
    events: {
      arrived: () => happened.push('arrived'),
      closed: () => happened.push('closed'),
      answered: () => happened.push('answered'),
    },
  });
  await server.stop();
  return { answers, happened };
}

test('a slow model delays its answers, and no window', async () => {
  const { answers, happened } = await played({ delayMs: 300 });
  const windows = exchangesOf(ALL, 20_000).size;
  expect(happened.slice(-windows)).toEqual(Array.from({ length: windows }, () => 'answered'));
  expect(happened.filter((each) => each === 'closed')).toHaveLength(windows);
  expect(answers.every(({ text }) => text !== undefined)).toBe(true);
});

test('a failing model has every window closed all the same, and each says that there is no answer', async () => {
  const { answers, happened } = await played({ statusOf: () => 401 });
  expect(happened.filter((each) => each === 'closed')).toHaveLength(exchangesOf(ALL, 20_000).size);
  expect(answers.every(({ failure }) => failure?.includes('answered 401') === true)).toBe(true);
});

test('the view keeps to its width, and lets nothing that is said move the cursor', () => {
  const lines: string[] = [];
  const view = new ConversationView({ write: (line) => lines.push(line), width: 60, hasColors: false });
  for (const { message } of ALL) view.message(message);
  view.message({ session: 's', from: 'customer', at: 0, text: 'up\u001b[5A and\u0007 \u001b]0;title\u0007 away' });
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  expect(lines.join('')).not.toMatch(/\p{Cc}/u);
});
