import type { FireReport } from '../../shared/firing/fire-report.ts';
import { conservationDifference } from '../../shared/log/counts.ts';
import { epochLog, publicationLog } from '../../shared/log/keys.ts';
import type { Pane } from '../../shared/pipeline/pane.ts';
import type { Refusal } from '../../shared/log/refusal.ts';
import type { Scenario } from './scenario.ts';
import { holds } from './violation.ts';
import { contentsOf, type World } from './world.ts';

/** As the scenarios declare their windows. */
export const WINDOW_MS = 10;

/**
 * What must be true when everything has been delivered and has calmed down: what came out is what somebody computes who sees all events at once.
 *
 * @throws {Violation}
 */
export function checkEnd(scenario: Scenario, world: World, report: FireReport): void {
  const { readings, pipeline, isDisorderly } = scenario;
  holds(report.openWindows === 0, `${report.openWindows} windows are open at the end`);
  holds(conservationDifference(report.counts) === 0, 'at the end, records are accounted for nowhere');
  holds(report.counts.read === readings.length, `${report.counts.read} of ${readings.length} records were read at the end`);
  const epochs = contentsOf(world, epochLog(pipeline.name)).highest;
  const published = contentsOf(world, publicationLog(pipeline.name)).highest;
  holds(epochs === published, `${epochs} epochs were appended, and ${published} are published at the end`);

  const panes = world.output.map((json) => JSON.parse(json) as Pane<{ total: number }>);
  const bounds = panes.map(({ start }) => start as number);
  const came = new Map(panes.map(({ start, value }) => [start as number, value.total]));
  const onTime = panes.filter(({ pane }) => pane.timing === 'ON_TIME').map(({ start }) => start);
  holds(new Set(onTime).size === onTime.length, 'a window is fired on time twice');
  if (!isDisorderly) holds(new Set(bounds).size === bounds.length, 'a window has two panes');

  const late = readings.filter(({ at, amount }) => ((came.get(windowOf(at)) ?? 0) & amount) === 0);
  for (const [start, total] of came) {
    const inside = readings.filter((reading) => windowOf(reading.at) === start && !late.includes(reading));
    const expected = inside.reduce((sum, { amount }) => sum + amount, 0);
    holds(total === expected, `the window from ${start} comes to ${total}; by the events it is ${expected}`);
  }
  const lateCount = Object.values(report.lateByWindow).reduce((sum, count) => sum + count, 0);
  holds(late.length === lateCount, `${late.length} events are in no pane, and ${lateCount} were counted as late`);
  if (!isDisorderly) holds(late.length === 0, `${late.length} events are late, and none was older than its bound`);
  const refusals = world.side.map((json) => JSON.parse(json) as Refusal);
  for (const reading of late)
    holds(
      refusals.some((refusal) => isOf(refusal, reading, scenario)),
      `the late event at ${reading.at} is not on the side stream`,
    );
}

function isOf(refusal: Refusal, { amount }: { readonly amount: number }, scenario: Scenario): boolean {
  if (refusal.kind === 'lateDelta') return ((refusal.value['total'] as number) & amount) !== 0;
  const { id } = refusal;
  const place = id.slice(id.indexOf(':') + 1);
  return scenario.readingOf(place as never).reading.amount === amount;
}

function windowOf(at: number): number {
  return Math.floor(at / WINDOW_MS) * WINDOW_MS;
}
