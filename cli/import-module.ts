import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const OWN = /^mullion(?:\/|$)/;
let isHooked = false;

/**
 * Imports a module of whoever types a command: a pipeline, a source.
 *
 * Its `mullion` is the one that runs, wherever the module lies and whatever is installed beside it: what defines a pipeline and what runs it are of one
 * version. From a checkout there is no other way: the sources that it asks for are in no package that npm has installed.
 *
 * @param path An absolute one, or one from the working directory.
 */
export async function importModule(path: string): Promise<Record<string, unknown>> {
  if (!isHooked)
    registerHooks({
      resolve: (specifier, context, next) => next(specifier, OWN.test(specifier) ? { ...context, parentURL: import.meta.url } : context),
    });
  isHooked = true;
  return (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>;
}
