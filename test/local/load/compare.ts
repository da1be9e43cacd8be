import { Buffer } from 'node:buffer';
import type { Pane } from 'mullion';
import type { FireReport } from '../../../shared/firing/fire-report.ts';
import { conservationDifference } from '../../../shared/log/counts.ts';
import type { Refusal } from '../../../shared/log/refusal.ts';
import type { Payment } from '../examples/payments.ts';
import type { Sent } from './traffic.ts';

interface Totals {
  payments: number;
  cents: number;
  largest: number;
}

/** What left the system, and what its last firing said. */
export interface Outcome {
  readonly published: readonly Pane<Totals>[];
  readonly refused: readonly Refusal[];
  readonly report: Pick<FireReport, 'counts' | 'panesFired'>;
}

/** What a run came to, and every way in which that is not what a plain computation says. */
export interface Comparison {
  readonly results: number;
  readonly complaints: readonly string[];
}

const MINUTE_MS = 60_000;

/** Compares what left with a plain computation over what was sent. */
export function compare(sent: Iterable<Sent>, { published, refused, report }: Outcome): Comparison {
  const complaints: string[] = [];
  const check = (isRight: boolean, complaint: string) => void (isRight || complaints.push(complaint));
  const late = new Set<number>();
  let invalid = 0;
  const lateInFiring = new Map<string, number>();
  for (const refusal of refused) {
    if (refusal.kind === 'lateDelta') {
      const place = placeOf(refusal.window, refusal.key, refusal.start);
      lateInFiring.set(place, (lateInFiring.get(place) ?? 0) + refusal.count);
    } else if (refusal.kind === 'late') late.add((JSON.parse(Buffer.from(refusal.data, 'base64').toString('utf8')) as Payment).id);
    else invalid++;
  }

  const tally = { honest: 0, late: 0, repeat: 0, broken: 0 };
  const expected = new Map<string, Totals>();
  for (const { kind, payment } of sent) {
    tally[kind]++;
    if (late.has(payment.id)) check(kind !== 'honest', `payment ${payment.id} was in time, and was refused as late`);
    else if (kind === 'honest' || kind === 'late') add(expected, payment);
  }

  const { counts } = report;
  const read = tally.honest + tally.late + tally.repeat + tally.broken;
  const wanted = {
    read,
    folded: tally.honest + tally.late - late.size,
    filtered: 0,
    late: late.size,
    invalid: tally.broken,
    duplicate: tally.repeat,
  };
  check(JSON.stringify(counts) === JSON.stringify(wanted), `the counts are ${JSON.stringify(counts)}, not ${JSON.stringify(wanted)}`);
  check(conservationDifference(counts) === 0, `the conservation difference is ${conservationDifference(counts)}`);
  check(invalid === tally.broken, `${tally.broken} records were broken, ${invalid} are on the side stream`);

  const newest = new Map<string, Pane<Totals>>();
  for (const pane of published) {
    const place = placeOf(pane.window, pane.key, pane.start);
    const known = newest.get(place);
    if (known === undefined || known.pane.index < pane.pane.index) newest.set(place, pane);
  }
  for (const [place, totals] of expected) {
    const value = newest.get(place)?.value;
    const missing = lateInFiring.get(place) ?? 0;
    if (missing > 0)
      check((value?.payments ?? 0) + missing === totals.payments, `${place} has ${value?.payments} of ${totals.payments}, ${missing} late`);
    else check(JSON.stringify(value) === JSON.stringify(totals), `${place} is ${JSON.stringify(value)}, not ${JSON.stringify(totals)}`);
    newest.delete(place);
  }
  check(newest.size === 0, `there are results that nothing was sent for: ${[...newest.keys()].slice(0, 5).join(', ')}`);
  return { results: expected.size, complaints };
}

function add(expected: Map<string, Totals>, { at, account, region, cents }: Payment): void {
  const start = at - (at % MINUTE_MS);
  for (const place of [placeOf('accounts', account, start), placeOf('regions', region, start)]) {
    const totals = expected.get(place) ?? { payments: 0, cents: 0, largest: 0 };
    totals.payments++;
    totals.cents += cents;
    totals.largest = Math.max(totals.largest, cents);
    expected.set(place, totals);
  }
}

function placeOf(window: string, key: string, start: number): string {
  return `${window} ${key} ${start}`;
}
