/**
 * Reads a pipeline from `pipeline.yaml` or `pipeline.json`.
 *
 * @module mullion/configuration
 */
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { type ReadConfiguration, readConfiguration } from '../shared/configuration/read-configuration.ts';
import type { Pipeline } from '../shared/pipeline/pipeline.ts';

export { ConfigurationError, type ConfigurationProblem } from '../shared/configuration/configuration-error.ts';

const EXTENSIONS = ['.yaml', '.yml', '.json'];

/** How a configuration is read. */
export interface FromFileOptions {
  /** Which of the file's profiles to use. Default: the one that MULLION_PROFILE names, where the file has profiles; else what all of them say, alone. */
  readonly profile?: string | undefined;
}

/**
 * The pipeline that a file describes: what a test hands to a `TestDriver`.
 *
 * @param path Of a `.yaml`, `.yml` or `.json` file; a relative one counts from the working directory.
 * @throws {ConfigurationError} naming line and column. What the file system throws comes through.
 */
export function pipelineFromFile(path: string, options: FromFileOptions = {}): Pipeline {
  return readConfigurationFile(path, options).pipeline;
}

/** Whether a definition is a configuration, rather than a module, by the end of its path. */
export function isConfigurationFile(path: string): boolean {
  return EXTENSIONS.includes(extname(path).toLowerCase());
}

/** @throws {ConfigurationError} as above. */
export function readConfigurationFile(path: string, { profile }: FromFileOptions): ReadConfiguration {
  const text = readFileSync(path, 'utf8');
  if (profile !== undefined) return readConfiguration(text, path, { name: profile, isOptional: false });
  // Set and empty is how a shell says that there is none.
  const { MULLION_PROFILE } = process.env;
  return readConfiguration(text, path, { name: MULLION_PROFILE === '' ? undefined : MULLION_PROFILE, isOptional: true });
}
