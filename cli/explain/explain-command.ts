import { ForeignStateError } from '../../shared/log/definition-history.ts';
import { CorruptEntryError } from '../../shared/log/frame.ts';
import { explain } from '../../shared/provenance/explain.ts';
import { NoSuchPaneError } from '../../shared/provenance/no-such-pane.ts';
import { CommandError } from '../command-error.ts';
import { loadPipeline } from '../load-pipeline.ts';
import { formatExplanation } from './format-explanation.ts';
import { openTable } from '../open-table.ts';
import { printable } from '../printable.ts';

export interface ExplainCommandOptions {
  readonly table: string;
  readonly endpoint?: string;
  readonly json?: boolean;
  readonly profile?: string;
}

/**
 * `mullion explain`: where a pane comes from, to standard output.
 *
 * @throws {CommandError} when pipeline or table cannot be used, or there is no such pane.
 */
export async function explainCommand(
  pipelinePath: string,
  paneId: string,
  { table, endpoint, json, profile }: ExplainCommandOptions,
): Promise<void> {
  const pipeline = await loadPipeline(pipelinePath, profile);
  const logStore = await openTable(table, endpoint, pipeline.name);
  try {
    const explanation = await explain(pipeline, logStore, paneId);
    process.stdout.write(
      json === true ? `${JSON.stringify(explanation, undefined, 2)}\n` : `${formatExplanation(explanation).map(printable).join('\n')}\n`,
    );
    if (explanation.accounts !== 'balanced') process.exitCode = 1;
  } catch (error) {
    const isAnswer = error instanceof NoSuchPaneError || error instanceof ForeignStateError || error instanceof CorruptEntryError;
    throw isAnswer ? new CommandError(error.message, { cause: error }) : error;
  }
}
