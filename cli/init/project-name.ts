import { CommandError } from '../command-error.ts';

// What npm takes for a package, the engine for a pipeline and, with capitals, CloudFormation for a stack.
const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const LENGTH_MAX = 64;
// A project of one of these names could not import the package of that name.
const TAKEN = ['mullion', 'aws-cdk', 'aws-cdk-lib', 'constructs', 'typescript', 'node'];

/**
 * @param from Where it was given.
 * @throws {CommandError} when a project cannot be called so.
 */
export function checkProjectName(name: string, from: 'folder' | '--name'): void {
  const remedy = from === 'folder' ? '; say another with --name' : '';
  if (!NAME.test(name) || name.length > LENGTH_MAX)
    throw new CommandError(
      `${from} ${name}: a project's name is 1 to ${LENGTH_MAX} small letters, digits and single hyphens, a letter first, as in room-temperatures${remedy}`,
    );
  if (TAKEN.includes(name)) throw new CommandError(`${from} ${name}: a package that the project depends on is called so${remedy}`);
}

/** `room-temperatures` as `RoomTemperatures`. */
export function stackName(name: string): string {
  return name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
