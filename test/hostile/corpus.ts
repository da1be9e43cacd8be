import { KEYS } from './corpus/keys.ts';
import { NAMES } from './corpus/names.ts';
import { NUMBERS } from './corpus/numbers.ts';
import { PACKED } from './corpus/packed.ts';
import { SHAPES } from './corpus/shapes.ts';
import type { Specimen } from './corpus/specimen.ts';
import { TEXTS } from './corpus/texts.ts';
import { TIMES } from './corpus/times.ts';

/** Every record that has a name. What is found once to do harm is given one. */
export const CORPUS: readonly Specimen[] = [...NAMES, ...SHAPES, ...TEXTS, ...NUMBERS, ...TIMES, ...KEYS, ...PACKED];

/** @throws {Error} when nothing has the name. */
export function specimen(name: string): Specimen {
  const found = CORPUS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no specimen '${name}'; add it to a file in test/hostile/corpus`);
  return found;
}
