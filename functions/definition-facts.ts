import { writeSync } from 'node:fs';
import { show } from '../shared/definition/show.ts';
import { isPipeline } from '../shared/pipeline/define-pipeline.ts';
import type { Pipeline } from '../shared/pipeline/pipeline.ts';

/** What whoever deploys a pipeline has to know of its definition. */
export interface DefinitionFacts {
  readonly name: string;
  /** Into how many parts the keys are split: as many functions fire. */
  readonly lanes: number;
  readonly windows: readonly { readonly name: string; readonly allowedLatenessMs: number }[];
}

/** The facts, or why there are none. */
export type Evaluation = { readonly facts: DefinitionFacts } | { readonly failure: string };

/** Loads a pipeline module, writes to a file descriptor what it defines, and ends the process, whatever the module has left running. */
export async function tellFacts(load: () => Promise<{ readonly default: unknown }>, answerFd: number): Promise<never> {
  writeSync(answerFd, JSON.stringify(await evaluation(load)));
  process.exit(0);
}

export function factsOf({ name, lanes, operators }: Pipeline): DefinitionFacts {
  return { name, lanes, windows: operators.map((operator) => ({ name: operator.name, allowedLatenessMs: operator.allowedLatenessMs })) };
}

async function evaluation(load: () => Promise<{ readonly default: unknown }>): Promise<Evaluation> {
  try {
    const { default: definition } = await load();
    if (!isPipeline(definition)) return { failure: `its default export must be a pipeline(…); found ${show(definition)}` };
    return { facts: factsOf(definition) };
  } catch (error) {
    return { failure: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}
