/** `npm run example`: an example pipeline over events that are made for it, with the code that runs in Lambda: on memory, or through the whole system on this machine. */
import { join } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { llmOperations, PROFILES } from '../../examples/llm-operations.ts';
import purchasesPipeline from '../../examples/purchases.ts';
import { pipelineFromFile } from '../../functions/configuration-file.ts';
import { decimal, durationOption } from '../../cli/option-values.ts';
import { conservationLine } from '../../cli/run/summary.ts';
import { PaneTable } from '../../cli/view/pane-table.ts';
import { conservationDifference, type RecordCounts } from '../../shared/log/counts.ts';
import type { Pane } from '../../shared/pipeline/pane.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { operations } from './llm-operations.ts';
import { play } from './play.ts';
import { purchases } from './purchases.ts';

const NAMES = ['purchases', 'llm-operations', 'streaming-analytics'] as const;
// Of a firing of streaming-analytics: every combination of rooms and sources.
const SHOWN_MAX = 10;

const command = new Command('npm run example --')
  .description('An example over events that are made for it: the panes as they fire, and the accounts.')
  .addArgument(new Argument('<name>', 'which one').choices(NAMES))
  .addOption(
    new Option('--profile <name>', 'of llm-operations: how long its windows are').choices(Object.keys(PROFILES)).default('production'),
  )
  .option('--yaml', 'of llm-operations: the same without code, from examples/llm-operations.yaml', false)
  .option('--for <duration>', 'of streaming-analytics: how much event time', durationOption, 600_000)
  .option('--speed <times>', 'of streaming-analytics: how fast it passes', decimal, 20)
  .option('--rate <events>', 'of streaming-analytics: over the WebSocket, a second', decimal, 1_000)
  .option('--seed <number>', 'other events', Number, 1)
  .option('--json', 'every pane as a line of JSON, as on the output stream', false)
  .addHelpText(
    'after',
    '\nExamples:\n  npm run example -- purchases\n  npm run example -- llm-operations --profile development\n  npm run example -- llm-operations --yaml\n  npm run example -- streaming-analytics --for 20m --rate 3000',
  )
  .parse();
interface ExampleOptions {
  readonly profile: keyof typeof PROFILES;
  readonly yaml: boolean;
  readonly for: number;
  readonly speed: number;
  readonly rate: number;
  readonly seed: number;
  readonly json: boolean;
}
const { profile, yaml, for: lengthMs, speed, rate: eventsPerSecond, seed, json } = command.opts<ExampleOptions>();
const name = command.args[0] as (typeof NAMES)[number];

const print = (line: string) => process.stdout.write(`${line}\n`);
// `| head` has read enough.
process.stdout.on('error', () => process.exit(0));
const table = new PaneTable(print, name === 'streaming-analytics' ? { shownMax: SHOWN_MAX } : {});
const show = (pane: Pane) => (json ? print(JSON.stringify(pane)) : table.add(pane));
const counts = await played();
table.endFiring();
process.stderr.write(`${conservationLine(counts)}\n`);
process.exitCode = conservationDifference(counts) === 0 ? 0 : 1;

async function played(): Promise<RecordCounts> {
  if (name === 'purchases') return play(purchasesPipeline as unknown as Pipeline<never>, purchases(seed), show);
  if (name === 'llm-operations')
    return play((yaml ? configured() : llmOperations(PROFILES[profile])) as unknown as Pipeline<never>, operations(seed), show);
  // The others need none of it.
  const { streamingAnalytics } = await import('./streaming-analytics.ts');
  const say = (line: string) => process.stderr.write(`${line}\n`);
  return streamingAnalytics({ lengthMs, speed, eventsPerSecond, seed }, { show, say });
}

function configured(): Pipeline {
  return pipelineFromFile(join(import.meta.dirname, '..', '..', 'examples', 'llm-operations.yaml'), { profile });
}
