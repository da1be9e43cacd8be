import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { show } from '../shared/definition/show.ts';
import { DefinitionError } from '../shared/pipeline/definition-error.ts';
import { isPipeline } from '../shared/pipeline/define-pipeline.ts';
import type { Pipeline } from '../shared/pipeline/pipeline.ts';
import { CommandError } from './command-error.ts';

/**
 * Loads a pipeline module: TypeScript or JavaScript with the pipeline as its default export.
 *
 * @throws {CommandError} saying what is wrong with the file.
 */
export async function loadPipeline(path: string): Promise<Pipeline> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new CommandError(`${path}: there is no such file; give the path of a pipeline module`);
  if (stats.isDirectory()) throw new CommandError(`${path}: this is a directory; give the path of a pipeline module`);
  const loaded = await importModule(path);
  if (isPipeline(loaded.default)) return loaded.default;
  const found =
    loaded.default === undefined ? `no default export (it exports ${Object.keys(loaded).join(', ') || 'nothing'})` : show(loaded.default);
  throw new CommandError(`${path}: its default export must be a pipeline(…); found ${found}`);
}

async function importModule(path: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof DefinitionError) throw new CommandError(error.message, { cause: error });
    const reason = error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : String(error);
    throw new CommandError(`${path}: it cannot be loaded: ${reason}`, { cause: error });
  }
}
