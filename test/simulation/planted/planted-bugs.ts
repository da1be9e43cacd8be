import type { PlantedBugs } from './altered.ts';
import { APPENDING } from './appending.ts';
import { CONSUMING } from './consuming.ts';
import { ENRICHING } from './enriching.ts';
import { FIRING } from './firing.ts';
import { OBEYING } from './obeying.ts';
import { PUBLISHING } from './publishing.ts';
import { READING } from './reading.ts';
import { REFUSING } from './refusing.ts';
import { WATERMARK } from './watermark.ts';

/** Mistakes that somebody could make, one at a time. Each must show. */
export const PLANTED_BUGS: PlantedBugs = {
  ...APPENDING,
  ...READING,
  ...REFUSING,
  ...ENRICHING,
  ...WATERMARK,
  ...FIRING,
  ...OBEYING,
  ...PUBLISHING,
  ...CONSUMING,
};
