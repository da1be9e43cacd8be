import type { Reading } from '../readings.ts';
import type { RecordCounts } from '../../../shared/log/counts.ts';
import type { RefusalReason } from '../../../shared/log/refusal.ts';

/** A record that somebody sends who means harm, or whose code does it. */
export interface Specimen {
  readonly name: string;
  readonly bytes: string | Uint8Array;
  /** What becomes of its events. */
  readonly counts: Partial<RecordCounts>;
  /** Why those are refused that are. */
  readonly code?: RefusalReason['code'];
}

/** When all specimens reach the stream, and about when their events happened. */
export const ARRIVED_AT_MS = Date.parse('2001-01-10T18:20:00Z');

/** An event that is as it should be, but for what is given. */
export function reading(fields: object = {}): object {
  const honest: Reading = {
    id: 'specimen',
    at: ARRIVED_AT_MS - 3_000,
    key: 'specimen',
    region: 'north',
    source: 'main',
    value: 1,
    text: 'text',
    gapMs: 1_000,
    kept: null,
  };
  return { ...honest, ...fields };
}

/** Its JSON, with a field that is JSON text already: what `JSON.stringify` would not write. */
export function jsonWith(field: string, json: string): string {
  return `${JSON.stringify({ ...reading(), [field]: undefined }).slice(0, -1)},${JSON.stringify(field)}:${json}}`;
}

export function accepted(name: string, bytes: string | Uint8Array, folded = 1): Specimen {
  return { name, bytes, counts: { folded } };
}

export function refused(name: string, code: RefusalReason['code'], bytes: string | Uint8Array): Specimen {
  return { name, bytes, counts: { invalid: 1 }, code };
}
