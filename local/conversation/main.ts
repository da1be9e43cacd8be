/** `npm run conversation`: windows of a conversation, each read by a chat model. */
import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { BedrockChat } from '../../shared/adapters/sinks/bedrock-chat.ts';
import { OpenAIChat } from '../../shared/adapters/sinks/openai-chat.ts';
import type { ChatModel } from '../../shared/ports/chat-model.ts';
import { ConversationView } from './conversation-view.ts';
import { arrivals } from './messages.ts';
import { type ConversationOptions, readConversationOptions } from './options.ts';
import { runConversation } from './run-conversation.ts';
import { startStandInModel, type StandInModel } from './stand-in-model.ts';

const options = readConversationOptions(process.argv.slice(2));
const ending = new AbortController();
process.once('SIGINT', () => ending.abort());

const standIn =
  options.baseUrl === undefined && options.bedrock === undefined ? await startStandInModel({ delayMs: options.standInDelayMs }) : undefined;
if (standIn !== undefined) process.stderr.write('no model was named: a stand-in answers, which is none (--base-url, --bedrock)\n');
const view = new ConversationView({
  write: (line) => process.stdout.write(`${line}\n`),
  width: process.stdout.columns ?? 100,
  hasColors: process.stdout.hasColors?.() ?? false,
});

const answers = await runConversation({
  arrivals: arrivals(),
  windowSizeMs: options.windowSizeMs,
  speedFactor: options.speedFactor,
  model: modelOf(options, standIn),
  signal: ending.signal,
  events: options.json
    ? { arrived: () => {}, closed: () => {}, answered: (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`) }
    : {
        arrived: ({ message }) => view.message(message),
        closed: (exchange) => view.closed(exchange),
        answered: (answer) => view.answer(answer),
      },
});
await standIn?.stop();
const failed = answers.filter(({ failure }) => failure !== undefined).length;
process.stderr.write(`${answers.length} windows, ${answers.length - failed} answers\n`);
process.exitCode = failed > 0 ? 1 : 0;

function modelOf({ baseUrl, model, bedrock }: ConversationOptions, local: StandInModel | undefined): ChatModel {
  if (bedrock !== undefined) return new BedrockChat({ client: new BedrockRuntimeClient(), modelId: bedrock });
  const { OPENAI_API_KEY: apiKey } = process.env;
  return new OpenAIChat({
    baseUrl: local?.baseUrl ?? baseUrl ?? '',
    model,
    ...(apiKey === undefined || local !== undefined ? {} : { apiKey }),
  });
}
