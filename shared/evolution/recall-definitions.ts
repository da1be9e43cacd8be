import { decodeDefinition } from '../log/definition-entry.ts';
import { type DefinitionHistory, ForeignStateError, historyOf, onlyDefinition } from '../log/definition-history.ts';
import { definitionLog } from '../log/keys.ts';
import { changesBetween, showChange } from '../pipeline/definition-change.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { LogStore } from '../ports/log-store.ts';

/**
 * Which definitions have made the state that is there, for somebody who reads it and writes nothing.
 *
 * @throws {ForeignStateError} when another definition is at work.
 */
export async function recallDefinitions(pipeline: Pipeline<never>, logStore: LogStore): Promise<DefinitionHistory> {
  const newest = await logStore.last(definitionLog(pipeline.name));
  if (newest === undefined) return onlyDefinition(pipeline);
  const { fingerprint, description, formers } = decodeDefinition(newest);
  if (fingerprint === pipeline.fingerprint) return historyOf(pipeline, formers);
  throw new ForeignStateError(
    [
      `pipeline '${pipeline.name}': another definition is at work (fingerprint ${fingerprint}; this one is ${pipeline.fingerprint}). It says otherwise:`,
      ...changesBetween(pipeline.description, description).map((change) => `  ${showChange(change)}`),
      `Give the definition as it is deployed.`,
    ].join('\n'),
  );
}
