import { show } from '../definition/show.ts';
import { DefinitionError } from './definition-error.ts';
import type { Pipeline } from './pipeline.ts';
import { isName, NAME_ALLOWED } from './pipeline-name.ts';

/**
 * The same pipeline with logs, panes and refusals of another name: so that a definition can run a second time beside the first, over the same stream.
 *
 * @throws {DefinitionError} when no pipeline may be called so.
 */
export function underName<E>(pipeline: Pipeline<E>, name: string): Pipeline<E> {
  if (!isName(name))
    throw new DefinitionError(pipeline.name, [{ field: 'name', message: `${show(name)} is not allowed here; allowed: ${NAME_ALLOWED}` }]);
  return Object.freeze({ ...pipeline, name });
}
