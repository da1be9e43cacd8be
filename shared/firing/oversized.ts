import { Buffer } from 'node:buffer';
import { inParts } from '../log/parts.ts';
import type { OversizedRefusal } from '../log/refusal.ts';

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
  return inParts(data).map((piece) => ({ kind: 'oversized', id, pipeline, reason: { code: 'size', message }, ...piece }));
}
