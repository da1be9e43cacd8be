import { Buffer } from 'node:buffer';
import * as z from 'zod';
import { ApiError } from './problem.ts';

/** A place in a list as text that programs hand back, and look into on their own risk. */
export function writeCursor(place: object): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** @throws {ApiError} when it is none of this list. */
export function readCursor<T>(schema: z.ZodType<T>, cursor: string | undefined): T | undefined {
  if (cursor === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch (error) {
    throw new ApiError(
      400,
      `cursor=${cursor}: this is no cursor of this list; leave it out to begin anew, and then give what 'next' says`,
      {
        cause: error,
      },
    );
  }
}
