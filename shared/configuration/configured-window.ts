import { cube, type GroupingDefinition, type GroupValue, groupFields, groupingSets, rollup } from '../grouping/grouping-sets.ts';
import type { TriggerOptions, WindowOptions } from '../pipeline/pipeline-options.ts';
import { compilePattern } from '../rules/event-pattern.ts';
import type { Duration } from '../time/duration.ts';
import { afterCount, every, onEvent, type TriggerDefinition } from '../triggers/trigger.ts';
import type { calendar } from '../windows/calendar.ts';
import { global } from '../windows/global.ts';
import { session } from '../windows/session.ts';
import { sliding } from '../windows/sliding.ts';
import { tumbling } from '../windows/tumbling.ts';
import type { WindowDefinition } from '../windows/window.ts';
import { configuredAggregate } from './configured-aggregate.ts';
import { readerOf } from './event-path.ts';
import type { TriggerConfiguration } from './trigger-schema.ts';
import type { WindowConfiguration } from './window-schema.ts';

/** What windows of a pipeline share. */
export interface WindowSurroundings {
  /** The key of windows that name none. */
  readonly key: string | undefined;
  /** Brings all time zones, so it is handed in, and only where a window needs it. */
  readonly calendar: typeof calendar | undefined;
}

export function configuredWindow(window: WindowConfiguration, { key, calendar: ofCalendar }: WindowSurroundings): WindowOptions<unknown> {
  const { where, accumulation, trigger, aggregates } = window;
  const allowedLateness = window.allowed_lateness_ms ?? window.allowed_lateness;
  return {
    ...keysOf(window, key),
    ...(where === undefined ? {} : { where: compilePattern(where) }),
    window: definitionOf(window, ofCalendar),
    ...(allowedLateness === undefined ? {} : { allowedLateness }),
    ...(trigger === undefined ? {} : { trigger: triggersOf(trigger) }),
    ...(accumulation === undefined ? {} : { accumulation }),
    aggregate: Object.fromEntries(Object.entries(aggregates).map(([name, aggregate]) => [name, configuredAggregate(aggregate)])),
  };
}

function definitionOf(window: WindowConfiguration, ofCalendar: WindowSurroundings['calendar']): WindowDefinition {
  switch (window.type) {
    case 'tumbling':
      return tumbling(given(window.size_ms ?? window.size), offsetOf(window));
    case 'sliding':
      return sliding(given(window.size_ms ?? window.size), given(window.slide_ms ?? window.slide), offsetOf(window));
    case 'session': {
      const maxDuration = window.max_duration_ms ?? window.max_duration;
      return session(given(window.gap_ms ?? window.gap), maxDuration === undefined ? {} : { maxDuration });
    }
    case 'calendar': {
      const { unit, time_zone: timeZone, week_start: weekStart } = window;
      if (ofCalendar === undefined) throw new TypeError('a window by the calendar, and no calendar was handed in');
      return ofCalendar(unit, { ...(timeZone === undefined ? {} : { timeZone }), ...(weekStart === undefined ? {} : { weekStart }) });
    }
    case 'global':
      break;
  }
  return global();
}

/** The schema has seen to it that one of the two is there. */
function given(duration: Duration | undefined): Duration {
  return duration as Duration;
}

function offsetOf(window: { readonly offset?: Duration; readonly offset_ms?: number }): { offset?: Duration } {
  const offset = window.offset_ms ?? window.offset;
  return offset === undefined ? {} : { offset };
}

type Keys = { readonly keyBy: (event: unknown) => string } | { readonly groupBy: GroupingDefinition<unknown> };

function keysOf({ key, group_by, grouping }: WindowConfiguration, pipelineKey: string | undefined): Keys {
  if (group_by === undefined) return { keyBy: readerOf((key ?? pipelineKey) as string) as (event: unknown) => string };
  const paths = Array.isArray(group_by) ? group_by.map((path) => [path, path] as const) : Object.entries(group_by);
  const fields = Object.fromEntries(paths.map(([name, path]) => [name, readerOf(path) as (event: unknown) => GroupValue]));
  if (grouping === 'cube') return { groupBy: cube(fields) };
  if (grouping === 'rollup') return { groupBy: rollup(fields) };
  return { groupBy: grouping === undefined ? groupFields(fields) : groupingSets(grouping, fields) };
}

function triggersOf(trigger: TriggerConfiguration): TriggerOptions<unknown> {
  const { on_watermark, early_firing, on_critical_event, fallback, late_firing } = trigger;
  const critical = on_critical_event && onEvent(compilePattern(on_critical_event), fallback === undefined ? {} : { fallback });
  const early = early_firing === undefined ? critical : firing(early_firing);
  return {
    ...(early === undefined ? {} : { early }),
    ...(on_watermark === 'if_changed' ? { onTime: 'ifChanged' } : {}),
    ...(late_firing === undefined ? {} : { late: firing(late_firing) }),
  };
}

/** `every 30s`, or `after 100 events`. */
function firing(text: string): TriggerDefinition {
  const [how, howMuch] = text.split(' ') as [string, string];
  return how === 'every' ? every(howMuch as Duration) : afterCount(Number(howMuch));
}
