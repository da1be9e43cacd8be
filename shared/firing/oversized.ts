import { Buffer } from 'node:buffer';
import type { OversizedRefusal } from '../log/refusal.ts';

// Leaves room for what stands around it, in the limit of any stream.
const DATA_LENGTH_MAX = 900_000;

/** Whether a document has at most so many bytes. */
export function fits(json: string, bytesMax: number): boolean {
  // Most are far below, and need not be counted: a unit has three bytes at most.
  return json.length * 3 <= bytesMax || Buffer.byteLength(json) <= bytesMax;
}

/** What goes to the side stream for a pane, or a refusal, that its stream does not take: itself, in parts that it does. */
export function oversized(json: string, bytesMax: number): OversizedRefusal[] {
  const { id, pipeline } = JSON.parse(json) as { id: string; pipeline: string };
  const message = `the document has ${Buffer.byteLength(json)} bytes; its stream takes ${bytesMax}`;
  const data = Buffer.from(json, 'utf8').toString('base64');
  const of = Math.ceil(data.length / DATA_LENGTH_MAX);
  return Array.from({ length: of }, (_, index) => ({
    kind: 'oversized',
    id,
    pipeline,
    reason: { code: 'size', message },
    part: { number: index + 1, of },
    data: data.slice(index * DATA_LENGTH_MAX, (index + 1) * DATA_LENGTH_MAX),
  }));
}
