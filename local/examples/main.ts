/** `npm run example`: an example, with the code that runs in Lambda: on memory, or through the whole system on this machine. */
import { join } from 'node:path';
import { Command, Option } from 'commander';
import earthquakesPipeline from '../../examples/earthquakes.ts';
import { llmOperations, PROFILES } from '../../examples/llm-operations.ts';
import purchasesPipeline from '../../examples/purchases.ts';
import { decimal, durationOption } from '../../cli/option-values.ts';
import { pipelineFromFile } from '../../functions/configuration-file.ts';
import { earthquakes } from './earthquakes.ts';
import { operations } from './llm-operations.ts';
import { play } from './play.ts';
import { purchases } from './purchases.ts';
import { SHOWN_MAX, type ShowOptions, show } from './show.ts';

type ProfileName = keyof typeof PROFILES;

const OPERATIONS_FILE = join(import.meta.dirname, '..', '..', 'examples', 'llm-operations.yaml');
const HOUR_MS = 3_600_000;

const program = new Command('npm run example --')
  .description('An example: its panes as they fire, and the accounts of its events. Each has a --help of its own.')
  .addHelpText(
    'after',
    `
Examples:
  npm run example -- purchases
  npm run example -- llm-operations --profile development
  npm run example -- streaming-analytics --for 20m --rate 3000
  npm run example -- earthquakes
  npm run example -- conversations --window-size 20 --speed-factor 10`,
  );

played('purchases', 'tumbling, sliding and session windows over the same purchases')
  .option('--seed <number>', 'other events', decimal, 1)
  .action(({ seed, ...options }: ShowOptions & { seed: number }) =>
    show(({ pane }) => play(purchasesPipeline, purchases(seed), pane), options),
  );

played('llm-operations', 'latency, feedback and anomalies of language models, each source with its own lateness')
  .addOption(new Option('--profile <name>', 'how long its windows are').choices(Object.keys(PROFILES)).default('production'))
  .option('--yaml', 'the same without code, from examples/llm-operations.yaml', false)
  .option('--seed <number>', 'other events', decimal, 1)
  .action(({ profile, yaml, seed, ...options }: ShowOptions & { profile: ProfileName; yaml: boolean; seed: number }) => {
    const pipeline = yaml ? pipelineFromFile(OPERATIONS_FILE, { profile }) : llmOperations(PROFILES[profile]);
    return show(({ pane }) => play(pipeline, operations(seed), pane), options);
  });

played('streaming-analytics', 'sensors over a WebSocket at rate, through the whole system, and a rule that is set meanwhile')
  .addOption(new Option('--for <duration>', 'how much event time').argParser(durationOption).default(600_000, '10m'))
  .option('--speed <times>', 'how fast it passes', decimal, 20)
  .option('--rate <events>', 'over the WebSocket, a second', decimal, 1_000)
  .option('--seed <number>', 'other events', decimal, 1)
  .action(
    async ({
      for: lengthMs,
      speed,
      rate: eventsPerSecond,
      seed,
      ...options
    }: ShowOptions & Record<'for' | 'speed' | 'rate' | 'seed', number>) => {
      // The others need none of it.
      const { streamingAnalytics } = await import('./streaming-analytics.ts');
      return show((output) => streamingAnalytics({ lengthMs, speed, eventsPerSecond, seed }, output), options);
    },
  );

elsewhere('flights', 'real flights through the whole system: the same as npm start', () => import('../start.ts'));

played('earthquakes', 'real reports that are revised for days: swarms that late ones join are withdrawn').action((options: ShowOptions) =>
  show(({ pane }) => play(earthquakesPipeline, earthquakes(), pane, { batchMs: HOUR_MS }), options),
);

elsewhere('conversations', 'a chat model reads each window: the same as npm run conversation', () => import('../conversation/main.ts'));

await program.parseAsync();

function played(name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('-j, --json', 'every pane as a line of JSON, as on the output stream', false)
    .option('--all', `every pane instead of the first ${SHOWN_MAX} of each firing`, false);
}

/** A script of its own, which reads what stands behind the name. */
function elsewhere(name: string, description: string, script: () => Promise<unknown>): void {
  const command = program.command(name).description(description).usage('[options]').helpOption(false);
  command.allowUnknownOption().allowExcessArguments();
  command.action(async () => {
    process.argv.splice(2, 1);
    await script();
  });
}
