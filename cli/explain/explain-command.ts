import { ForeignStateError } from '../../shared/log/definition-history.ts';
import { CorruptEntryError } from '../../shared/log/frame.ts';
import { explain } from '../../shared/provenance/explain.ts';
import { NoSuchPaneError } from '../../shared/provenance/no-such-pane.ts';
import { CommandError } from '../command-error.ts';
import { EXIT_CODE } from '../exit-code.ts';
import { formatExplanation } from './format-explanation.ts';
import { printable } from '../printable.ts';
import { terminalWidth } from '../view/fitted.ts';
import { openView } from '../view/open-view.ts';
import type { ViewOptions } from '../view/view-options.ts';

/**
 * `mullion explain`: where a pane comes from, to standard output.
 *
 * @throws {CommandError} when pipeline or table cannot be used, or there is no such pane.
 */
export async function explainCommand(pipelinePath: string, paneId: string, options: ViewOptions): Promise<void> {
  const { pipeline, logStore } = await openView(pipelinePath, options);
  try {
    const explanation = await explain(pipeline, logStore, paneId);
    process.stdout.write(
      options.json === true
        ? `${JSON.stringify(explanation, undefined, 2)}\n`
        : `${formatExplanation(explanation, terminalWidth()).map(printable).join('\n')}\n`,
    );
    if (explanation.accounts !== 'balanced') process.exitCode = EXIT_CODE.unaccounted;
  } catch (error) {
    const isAnswer = error instanceof NoSuchPaneError || error instanceof ForeignStateError || error instanceof CorruptEntryError;
    throw isAnswer ? new CommandError(error.message, { cause: error }) : error;
  }
}
