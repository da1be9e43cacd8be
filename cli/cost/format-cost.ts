import type { BillLine, BillPart } from '../../shared/cost/bill.ts';
import { ASSUMED } from '../../shared/cost/assumed.ts';
import { MEASURED } from '../../shared/cost/measured.ts';
import type { MonthlyCost } from '../../shared/cost/monthly-cost.ts';
import type { Workload } from '../../shared/cost/workload.ts';
import { constructProps } from './construct-props.ts';
import { knobsOf } from './knobs.ts';

const PART_WIDTH = 10;
const WHAT_WIDTH = 38;
const COUNT_WIDTH = 9;
const UNIT_WIDTH = 13;
const DOLLARS_WIDTH = 11;
const BEFORE_DOLLARS = PART_WIDTH + WHAT_WIDTH + COUNT_WIDTH + 1 + UNIT_WIDTH;

/** A bill for a person, line by line. */
export function formatCost(cost: MonthlyCost): string[] {
  const { workload, streams, intake, stateAndCompute, watching, stateAndComputeDollars, dollars } = cost;
  return [
    headline(workload),
    `dollars a month of 730 hours in ${workload.region}, at the prices of ${workload.prices.asOf}, without free tiers`,
    '',
    ...partLines(streams),
    rule(),
    total('streams', streams.dollars),
    '',
    ...intake.flatMap((part) => [...partLines(part), rule(), total(part.name, part.dollars), '']),
    ...stateAndCompute.flatMap(partLines),
    rule(),
    total('state + compute', stateAndComputeDollars),
    '',
    ...watching.flatMap(partLines),
    rule(),
    total('everything', dollars),
    '',
    ...alternativeLines(cost),
    '',
    ...knobLines(cost),
    ...constructLines(workload),
    ...assumptionLines(cost),
  ];
}

function headline(workload: Workload): string {
  const { rate, eventBytes, eventsPerRecord, keys, windowMs, slideMs, lanes } = workload;
  const windows = slideMs === windowMs ? `windows of ${span(windowMs)}` : `windows of ${span(windowMs)} every ${span(slideMs)}`;
  return [
    rate === 0 ? 'no events' : `${number(rate)} ${rate === 1 ? 'event' : 'events'} a second of ${number(eventBytes)} B`,
    ...(eventsPerRecord === 1 ? [] : [`${number(eventsPerRecord)} in a record${workload.gzipRatio === 1 ? '' : ', gzipped'}`]),
    `${number(keys)} ${keys === 1 ? 'key' : 'keys'}`,
    windows,
    ...(lanes === 1 ? [] : [`${lanes} lanes`]),
  ].join(', ');
}

function partLines({ name, lines }: BillPart): string[] {
  return lines.map((each, index) => billLine(index === 0 ? name : '', each));
}

function billLine(part: string, { what, count, unit, dollars }: BillLine): string {
  return `${part.padEnd(PART_WIDTH)}${what.padEnd(WHAT_WIDTH)}${quantity(count).padStart(COUNT_WIDTH)} ${unit.padEnd(UNIT_WIDTH)}${money(dollars)}`;
}

function rule(): string {
  return `${' '.repeat(BEFORE_DOLLARS)}${'─'.repeat(DOLLARS_WIDTH)}`;
}

function total(what: string, dollars: number): string {
  return `${what.padStart(BEFORE_DOLLARS)}${money(dollars)}`;
}

function alternativeLines({ alternatives, stateAndComputeDollars }: MonthlyCost): string[] {
  return [
    'instead of state + compute, on the same streams:',
    ...alternatives
      .filter(({ dollars }) => dollars > 0)
      .map(({ name, lines, dollars }) => {
        const [first] = lines;
        const detail = first === undefined ? '' : `${first.what}: ${quantity(first.count)} ${first.unit}`;
        return `  ${name.padEnd(25)}${detail.padEnd(BEFORE_DOLLARS - 27)}${money(dollars)}  ${ratio(dollars / stateAndComputeDollars)}`;
      }),
  ];
}

function knobLines(cost: MonthlyCost): string[] {
  const knobs = knobsOf(cost);
  if (knobs.length === 0) return [];
  return [
    'state + compute with one option set otherwise:',
    ...knobs.map(({ option, about, dollars }) => `  ${option.padEnd(28)}${about.padEnd(BEFORE_DOLLARS - 30)}${money(dollars)}`),
    '',
  ];
}

/** How to get it so. */
function constructLines(workload: Workload): string[] {
  const props = constructProps(workload);
  if (workload.rate === 0 || props.length === 0) return [];
  return ['as a construct, with these props:', ...props.map((prop) => `  ${prop},`), ''];
}

function assumptionLines({ workload, usage }: MonthlyCost): string[] {
  const { batching, commitBytes, firings, snapshots, fire, outputRecords } = usage;
  const { shards, batchWindowMs, keyKind, outOfOrdernessMs, tickMs, lanes } = workload;
  if (workload.rate === 0) return ['assumed: nothing is written while nothing comes; fire runs on its schedule and finds nothing.'];
  const perS = Number(batching.batchesPerS.toPrecision(2));
  return [
    'assumed:',
    ...assumption('batches', [
      `${perS} a second from ${plural(shards, 'shard')}, after ${span(batchWindowMs)} or 6 MB,`,
      `each of ${quantity(batching.events)} events and ${quantity(batching.rows)} keys: a commit of ${size(commitBytes)}`,
    ]),
    ...assumption('keys', [`${KEYS_LIKE[keyKind]}, at random, all of them on every shard`]),
    ...assumption('values', ['count, sum, min and max of random numbers with two decimals']),
    ...assumption('panes', [
      `${quantity(firings.panes)} a month, of ${quantity(lanes * firings.epochs)} epochs, in ${quantity(outputRecords)} records`,
    ]),
    ...assumption('fire', [
      `${quantity(fire.invocations)} times: every ${span(tickMs)}, and when a shard is ${span(outOfOrdernessMs)} past the end of a window;`,
      `${quantity(lanes * snapshots.written)} snapshots${snapshots.written === 0 ? '' : ` of ${size(snapshots.payloadBytes)}`}`,
    ]),
    ...assumption('Flink', [`${number(ASSUMED.flinkEventsPerKpuSecond)} events a second from a KPU, in its favour`]),
    ...assumption('left out', ['cold starts, what people read, peaks; firing where a write a key is compared']),
    ...assumption('measured', [MEASURED.on]),
  ];
}

const KEYS_LIKE = { id: 'like user-123', email: 'like anna.karlsson17@mail.example', uuid: 'UUIDs' } as const;

function assumption(what: string, texts: readonly string[]): string[] {
  return texts.map((text, index) => `  ${(index === 0 ? what : '').padEnd(PART_WIDTH)}${text}`);
}

const wholeNumbers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

function number(value: number): string {
  return wholeNumbers.format(value);
}

/** Three digits and what they count: `526 K`, `43.8 K`, `2.63 G`. */
function quantity(count: number): string {
  const [scale, letter] = count >= 1e9 ? [1e9, ' G'] : count >= 1e6 ? [1e6, ' M'] : count >= 1e4 ? [1e3, ' K'] : [1, ''];
  const scaled = count / scale;
  if (letter === '' && count >= 100) return number(Math.round(scaled));
  return `${Number(scaled.toPrecision(3))}${letter}`;
}

function size(bytes: number): string {
  return bytes < 1_000 ? `${Math.round(bytes)} B` : `${quantity(bytes / 1_024)} KB`;
}

function plural(count: number, one: string): string {
  return `${number(count)} ${one}${count === 1 ? '' : 's'}`;
}

function money(dollars: number): string {
  return dollars.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 }).padStart(DOLLARS_WIDTH);
}

function ratio(times: number): string {
  return times < 1 ? `${times.toFixed(2)} ×` : `${times < 10 ? times.toFixed(1) : number(Math.round(times))} ×`;
}

function span(ms: number): string {
  const units = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'm'],
    [1_000, 's'],
  ] as const;
  const [scale, unit] = units.find(([each]) => ms >= each && ms % each === 0) ?? [1, 'ms'];
  return `${ms / scale} ${unit}`;
}
