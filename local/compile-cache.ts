import { fileURLToPath } from 'node:url';

/**
 * Environment that lets a child process keep what Node made of its sources: types stripped, code compiled. Halves the
 * start of a small process, and cold starts are what tests of failures consist of.
 */
export const COMPILE_CACHE = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../node_modules/.cache/mullion-compile', import.meta.url)),
} as const;
