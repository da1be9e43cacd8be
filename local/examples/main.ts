/** `npm run example`: an example pipeline over events that are made for it, with the code that runs in Lambda, on memory. */
import { join } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { llmOperations, PROFILES } from '../../examples/llm-operations.ts';
import purchasesPipeline from '../../examples/purchases.ts';
import { pipelineFromFile } from '../../functions/configuration-file.ts';
import { conservationLine } from '../../cli/run/summary.ts';
import { PaneTable } from '../../cli/view/pane-table.ts';
import { conservationDifference } from '../../shared/log/counts.ts';
import type { Pane } from '../../shared/pipeline/pane.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { operations } from './llm-operations.ts';
import { play } from './play.ts';
import { purchases } from './purchases.ts';

const NAMES = ['purchases', 'llm-operations'] as const;

const command = new Command('npm run example --')
  .description('An example over events that are made for it: the panes as they fire, and the accounts.')
  .addArgument(new Argument('<name>', 'which one').choices(NAMES))
  .addOption(
    new Option('--profile <name>', 'of llm-operations: how long its windows are').choices(Object.keys(PROFILES)).default('production'),
  )
  .option('--yaml', 'of llm-operations: the same without code, from examples/llm-operations.yaml', false)
  .option('--seed <number>', 'other events', Number, 1)
  .option('--json', 'every pane as a line of JSON, as on the output stream', false)
  .addHelpText(
    'after',
    '\nExamples:\n  npm run example -- purchases\n  npm run example -- llm-operations --profile development\n  npm run example -- llm-operations --yaml',
  )
  .parse();
const { profile, yaml, seed, json } = command.opts<{ profile: keyof typeof PROFILES; yaml: boolean; seed: number; json: boolean }>();
const name = command.args[0] as (typeof NAMES)[number];

const print = (line: string) => process.stdout.write(`${line}\n`);
// `| head` has read enough.
process.stdout.on('error', () => process.exit(0));
const table = new PaneTable(print);
const show = (pane: Pane) => (json ? print(JSON.stringify(pane)) : table.add(pane));
const counts =
  name === 'purchases'
    ? await play(purchasesPipeline as unknown as Pipeline<never>, purchases(seed), show)
    : await play((yaml ? configured() : llmOperations(PROFILES[profile])) as unknown as Pipeline<never>, operations(seed), show);
process.stderr.write(`${conservationLine(counts)}\n`);
process.exitCode = conservationDifference(counts) === 0 ? 0 : 1;

function configured(): Pipeline {
  return pipelineFromFile(join(import.meta.dirname, '..', '..', 'examples', 'llm-operations.yaml'), { profile });
}
