import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { UsageError } from '../command-error.ts';

/**
 * The names of a pipeline's windows, or the one that `--window` says.
 *
 * @throws {UsageError} when there is none of that name.
 */
export function windowsMeant({ name: pipeline, operators }: Pipeline<never>, window: string | undefined): readonly string[] {
  const names = operators.map(({ name }) => name);
  if (window === undefined) return names;
  if (names.includes(window)) return [window];
  throw new UsageError(`--window ${window}: pipeline '${pipeline}' has no such window; it has ${names.join(', ')}`);
}
