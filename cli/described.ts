import type { Command } from 'commander';

/** What a command says of itself below its options. */
export interface Description {
  /** Paragraphs, each on one line: they are wrapped to the width of the terminal. */
  readonly about?: readonly string[];
  /** Command lines as one types them. */
  readonly examples: readonly string[];
}

// Longer lines are no pleasure to read, and a pipe has no width.
const WIDTH_MAX = 100;
const WIDTH_OF_PIPES = 80;

/** How wide help may be, on a stream that may be a terminal. */
export function helpWidth({ isTTY, columns }: { readonly isTTY?: boolean; readonly columns?: number }): number {
  return isTTY === true ? Math.min(columns ?? WIDTH_OF_PIPES, WIDTH_MAX) : WIDTH_OF_PIPES;
}

/** Adds what stands below the options in `--help`, and what is said behind an error. */
export function described(command: Command, { about = [], examples }: Description): Command {
  return command.showHelpAfterError(`(mullion ${command.name()} --help says how it is used)`).addHelpText('after', ({ error }) => {
    const help = command.createHelp();
    const width = helpWidth(error ? process.stderr : process.stdout);
    return [
      ...about.map((paragraph) => `\n${help.boxWrap(paragraph, width)}`),
      `\n${help.styleTitle(examples.length === 1 ? 'Example:' : 'Examples:')}`,
      ...examples.map((example) => `  ${example}`),
    ].join('\n');
  });
}

/**
 * An action whose code is loaded when it is run: help and completion answer without it.
 *
 * @param load Imports the module, and gives its function.
 */
export function loaded<Given extends unknown[]>(load: () => Promise<(...given: Given) => Promise<void> | void>) {
  return async (...given: Given): Promise<void> => (await load())(...given);
}
