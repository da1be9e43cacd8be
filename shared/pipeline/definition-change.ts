import type { DefinitionDescription, WindowDescription } from './definition-description.ts';

/** One thing that another definition of a pipeline says otherwise. */
export interface DefinitionChange {
  /** Where in the definition: `windows.departures.window`. */
  readonly field: string;
  /** Absent where there was nothing, or is nothing any more. */
  readonly was?: string;
  readonly is?: string;
  /**
   * Whether state goes on under the new definition: `always`; `whenClosed`, when the window has nothing open; or `never`, for what the state holds means something else.
   */
  readonly isPossible: 'always' | 'whenClosed' | 'never';
}

/** What is different in a definition, window by window. */
export function changesBetween(former: DefinitionDescription, present: DefinitionDescription): DefinitionChange[] {
  const changes: DefinitionChange[] = [];
  if (former.watermark !== present.watermark) changes.push(change('watermark', former.watermark, present.watermark, 'never'));
  const { lanes: formerLanes = 1 } = former;
  const { lanes = 1 } = present;
  if (formerLanes !== lanes) changes.push(change('lanes', String(formerLanes), String(lanes), 'never'));
  for (const [name, window] of Object.entries(former.windows)) {
    const now = present.windows[name];
    if (now === undefined) changes.push(change(`windows.${name}`, window.window, undefined, 'whenClosed'));
    else changes.push(...windowChanges(`windows.${name}`, window, now));
  }
  for (const [name, { window }] of Object.entries(present.windows))
    if (!Object.hasOwn(former.windows, name)) changes.push(change(`windows.${name}`, undefined, window, 'always'));
  return changes;
}

function windowChanges(at: string, former: WindowDescription, present: WindowDescription): DefinitionChange[] {
  const fields = ['window', 'groupBy', 'early', 'late', 'onTime', 'accumulation'] as const;
  const changes = fields
    .filter((field) => former[field] !== present[field])
    .map((field) => change(`${at}.${FIELD_NAMES[field]}`, former[field], present[field], 'never'));
  const aggregates = [former.aggregates.join(', '), present.aggregates.join(', ')] as const;
  if (aggregates[0] !== aggregates[1]) changes.push(change(`${at}.aggregate`, ...aggregates, 'never'));
  if (former.allowedLatenessMs !== present.allowedLatenessMs) {
    const isRaised = present.allowedLatenessMs > former.allowedLatenessMs;
    changes.push(
      change(`${at}.allowedLateness`, `${former.allowedLatenessMs} ms`, `${present.allowedLatenessMs} ms`, isRaised ? 'always' : 'never'),
    );
  }
  return changes;
}

const FIELD_NAMES = {
  window: 'window',
  groupBy: 'groupBy',
  early: 'trigger.early',
  late: 'trigger.late',
  onTime: 'trigger.onTime',
  accumulation: 'accumulation',
} as const;

function change(
  field: string,
  was: string | undefined,
  is: string | undefined,
  isPossible: DefinitionChange['isPossible'],
): DefinitionChange {
  return { field, ...(was === undefined ? {} : { was }), ...(is === undefined ? {} : { is }), isPossible };
}

/** `windows.departures.window: was tumbling(86400000, offset 0), is tumbling(3600000, offset 0)`. */
export function showChange({ field, was, is }: DefinitionChange): string {
  if (was === undefined) return `${field}: is new, ${is}`;
  if (is === undefined) return `${field}: was ${was}, is gone`;
  return `${field}: was ${was}, is ${is}`;
}
