import { statSync } from 'node:fs';
import { ConfigurationError, isConfigurationFile, pipelineFromFile } from '../functions/configuration-file.ts';
import { show } from '../shared/definition/show.ts';
import { DefinitionError } from '../shared/pipeline/definition-error.ts';
import { isPipeline } from '../shared/pipeline/define-pipeline.ts';
import type { Pipeline } from '../shared/pipeline/pipeline.ts';
import { CommandError, UsageError } from './command-error.ts';
import { importModule } from './import-module.ts';

/**
 * Loads a pipeline: a TypeScript or JavaScript module with the pipeline as its default export, or a configuration, `.yaml` or `.json`.
 *
 * @param profile Which of the configuration's profiles to use; without it the one that MULLION_PROFILE names, if it has any.
 * @throws {CommandError} saying what is wrong with the file.
 */
export async function loadPipeline(path: string, profile?: string): Promise<Pipeline> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new CommandError(`${path}: there is no such file; give the path of a pipeline module`);
  if (stats.isDirectory()) throw new CommandError(`${path}: this is a directory; give the path of a pipeline module`);
  if (isConfigurationFile(path)) return readConfigured(path, profile);
  if (profile !== undefined) throw new UsageError(`${path}: --profile is for configurations (.yaml, .json); a module has none`);
  const loaded = await imported(path);
  if (isPipeline(loaded.default)) return loaded.default;
  const found =
    loaded.default === undefined ? `no default export (it exports ${Object.keys(loaded).join(', ') || 'nothing'})` : show(loaded.default);
  throw new CommandError(`${path}: its default export must be a pipeline(…); found ${found}`);
}

function readConfigured(path: string, profile: string | undefined): Pipeline {
  try {
    return pipelineFromFile(path, { profile });
  } catch (error) {
    if (error instanceof ConfigurationError) throw new CommandError(error.message, { cause: error });
    throw error;
  }
}

async function imported(path: string): Promise<Record<string, unknown>> {
  try {
    return await importModule(path);
  } catch (error) {
    if (error instanceof DefinitionError) throw new CommandError(error.message, { cause: error });
    const reason = error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : String(error);
    throw new CommandError(`${path}: it cannot be loaded: ${reason}`, { cause: error });
  }
}
