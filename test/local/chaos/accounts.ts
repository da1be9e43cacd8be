import type { Pane } from 'mullion';
import { isDeepStrictEqual } from 'node:util';
import type { Flight } from '../../../examples/flights.ts';
import type { FireReport } from '../../../shared/firing/fire-report.ts';
import type { Refusal } from '../../../shared/log/refusal.ts';
import { type Departures, departuresByAirportAndDay, placeOf } from '../../examples/plain-flights.ts';
import type { Placed } from './stream-documents.ts';

/** What stands on the streams after a run of the flights example, and what its last firing said. */
export interface Books {
  readonly sent: readonly Placed<Flight>[];
  readonly published: readonly Placed<Pane<Departures>>[];
  readonly refused: readonly Placed<Refusal>[];
  readonly report: Pick<FireReport, 'counts' | 'panesFired'>;
}

/** What came of a run, and every way in which that is not what a plain computation says. */
export interface Accounts {
  readonly sent: number;
  readonly panes: number;
  /** Panes and refusals that came more than once. */
  readonly repeats: number;
  readonly late: number;
  readonly complaints: readonly string[];
}

/** The first of every id; the same id must come with the same content. */
function distinct<T extends { readonly id: string }>(all: readonly Placed<T>[], complaints: string[]): Map<string, T> {
  const byId = new Map<string, T>();
  for (const { document } of all) {
    const first = byId.get(document.id);
    if (first === undefined) byId.set(document.id, document);
    else if (!isDeepStrictEqual(first, document)) complaints.push(`${document.id} came with two contents`);
  }
  return byId;
}

const add = (counts: Map<string, number>, place: string, count: number) => counts.set(place, (counts.get(place) ?? 0) + count);

/**
 * Compares what left a run of the flights example with what stands on its input stream: that, and not what a producer meant to send, is what
 * was sent.
 */
export function accountsOf({ sent, published, refused, report }: Books): Accounts {
  const complaints: string[] = [];
  const check = (isRight: boolean, complaint: string) => void (isRight || complaints.push(complaint));
  const panes = distinct(published, complaints);
  const refusals = distinct(refused, complaints);

  // Records that ingest refused never were in a window; what fire refused was folded, and its window is without it.
  const accepted = sent.filter(({ place }) => !refusals.has(place)).map(({ document }) => document);
  const late = sent.length - accepted.length;
  const refusedByFire = new Map<string, number>();
  for (const refusal of refusals.values()) {
    if (refusal.kind === 'lateDelta') add(refusedByFire, placeOf(refusal), refusal.count);
    else check(refusal.kind === 'late', `${refusal.id} was refused as ${refusal.kind}`);
  }

  const { counts } = report;
  const { folded } = counts;
  check(counts.read === sent.length, `${sent.length} records are on the stream, ${counts.read} were read`);
  check(folded === accepted.length && counts.late === late, `of ${sent.length}, ${folded} were folded and ${counts.late} late`);
  check(counts.filtered === 0 && counts.invalid === 0, `${counts.filtered} filtered, ${counts.invalid} invalid`);
  check(panes.size === report.panesFired, `${report.panesFired} panes were fired, ${panes.size} are on the stream`);

  const newest = new Map<string, Pane<Departures>>();
  for (const pane of panes.values()) {
    const known = newest.get(placeOf(pane));
    if (known === undefined || known.pane.index < pane.pane.index) newest.set(placeOf(pane), pane);
  }
  for (const [place, expected] of departuresByAirportAndDay(accepted)) {
    const { value } = newest.get(place) ?? { value: undefined };
    const missing = refusedByFire.get(place) ?? 0;
    if (missing === 0) check(isDeepStrictEqual(value, expected), `${place} is ${JSON.stringify(value)}, not ${JSON.stringify(expected)}`);
    else
      check((value?.flights ?? 0) + missing === expected.flights, `${place} has ${value?.flights} of ${expected.flights}, ${missing} late`);
    newest.delete(place);
  }
  check(newest.size === 0, `there are panes that nothing was sent for: ${[...newest.keys()].join(', ')}`);
  const repeats = published.length + refused.length - panes.size - refusals.size;
  return { sent: sent.length, panes: panes.size, repeats, late, complaints };
}
