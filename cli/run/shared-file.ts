import { type Stats, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandError } from '../command-error.ts';

/**
 * Refuses a file that is to be written and is an input or another output as well: opening it would empty it.
 *
 * @param files Paths by the option that named them; `-` is no file.
 * @throws {CommandError} naming both options.
 */
export function refuseSharedFile(files: Readonly<Record<string, string | undefined>>): void {
  const named = Object.entries(files).filter((file): file is [string, string] => file[1] !== undefined && file[1] !== '-');
  for (const [index, [option, path]] of named.entries()) {
    const other = named.slice(0, index).find(([, otherPath]) => isSameFile(path, otherPath));
    if (other !== undefined) throw new CommandError(`${path}: it is given as ${other[0]} and as ${option}; they must be two files`);
  }
}

function isSameFile(a: string, b: string): boolean {
  const [one, other] = [statsOf(a), statsOf(b)];
  if (one === undefined || other === undefined) return resolve(a) === resolve(b);
  // Devices such as /dev/null lose nothing when they are opened twice.
  return one.isFile() && one.dev === other.dev && one.ino === other.ino;
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    // Whatever is wrong with it shows when it is opened.
    return undefined;
  }
}
