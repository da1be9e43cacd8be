import { Command, InvalidArgumentError } from 'commander';

/** What `npm run conversation -- …` was told. */
export interface ConversationOptions {
  readonly windowSizeMs: number;
  readonly speedFactor: number;
  readonly baseUrl?: string;
  readonly model: string;
  readonly bedrock?: string;
  readonly standInDelayMs: number;
  readonly json: boolean;
}

interface Parsed {
  windowSize: number;
  speedFactor: number;
  baseUrl?: string;
  model: string;
  bedrock?: string;
  standInDelay: number;
  json: boolean;
}

export function readConversationOptions(argv: readonly string[]): ConversationOptions {
  const command = new Command('npm run conversation --')
    .description(
      'Two conversations of a bank with its customers, in windows of event time, each of which is given to a chat model in the order in which its messages were said.',
    )
    .option('--window-size <seconds>', 'length of a window', positive, 30)
    .option('--speed-factor <number>', 'how many times as fast as it was said', positive, 1)
    .option(
      '--base-url <url>',
      'of a server that speaks OpenAI’s Chat Completions, such as https://api.openai.com/v1; the key is read from OPENAI_API_KEY',
    )
    .option('--model <name>', 'of the model there', 'gpt-4o-mini')
    .option('--bedrock <model id>', 'a model of Amazon Bedrock instead, with the credentials and the region of the environment')
    .option('--stand-in-delay <seconds>', 'without either, a stand-in on this machine answers; how long it takes', zeroOrMore, 0.5)
    .option('--json', 'a line of JSON for each answer, and no view', false)
    .addHelpText(
      'after',
      '\nExamples:\n  npm run conversation -- --window-size 20 --speed-factor 10\n  OPENAI_API_KEY=… npm run conversation -- --base-url https://api.openai.com/v1 --model gpt-4o-mini\n\nExit code 1 when the model gave no answer to some window.',
    )
    .parse(argv, { from: 'user' });
  const { windowSize, speedFactor, baseUrl, model, bedrock, standInDelay, json } = command.opts<Parsed>();
  if (baseUrl !== undefined && bedrock !== undefined) command.error('error: --base-url and --bedrock are two models; give one');
  return {
    windowSizeMs: Math.round(windowSize * 1_000),
    speedFactor,
    model,
    standInDelayMs: standInDelay * 1_000,
    json,
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(bedrock === undefined ? {} : { bedrock }),
  };
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a number above 0.');
}

function zeroOrMore(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError('It must be a number, 0 or above.');
}
