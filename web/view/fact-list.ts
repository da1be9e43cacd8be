import type { Cost, Picture } from '../../functions/api/schemas.ts';
import { bytesText, countText, dollarsText } from '../model/number-text.ts';
import { spanText } from '../model/span-text.ts';
import { element, setText } from './element.ts';

/** State, and what it costs: a line each. */
export class FactList {
  readonly #place: HTMLElement;
  readonly #known = new Map<string, HTMLElement>();

  constructor(place: HTMLElement) {
    this.#place = place;
  }

  show({ stats, watermarks, size, windows, cut, nowMs }: Picture, cost: Cost | undefined): void {
    if (stats === undefined || watermarks === undefined) return;
    const { lanes } = watermarks;
    const firedAtMs = Math.max(0, ...lanes.map((lane) => lane.firedAtMs ?? 0));
    const facts: Record<string, string> = {
      'Open windows': `${cut.length === 0 ? '' : 'at least '}${countText(windows.length)}, with ${countText(windows.reduce((sum, { keys }) => sum + keys, 0))} keys and ${countText(windows.reduce((sum, { events }) => sum + events, 0))} events`,
      Firings: `${countText(lanes.reduce((sum, { epoch }) => sum + epoch, 0))}${firedAtMs === 0 ? '' : `, the last one ${spanText(Math.max(nowMs - firedAtMs, 0))} ago`}${lanes.length === 1 ? '' : `, in ${lanes.length} lanes`}`,
      'Written down':
        size === undefined || size.snapshotBytes === 0 ? 'no snapshot yet' : `${bytesText(size.snapshotBytes)} in the newest snapshot`,
      'To read at a start': size === undefined ? '–' : `${bytesText(size.logBytes)} of commits behind that`,
      'Waiting for a firing': `${countText(stats.unreadCommits)} ${stats.unreadCommits === 1 ? 'commit' : 'commits'}`,
      'A month like this':
        cost === undefined
          ? 'once a rate has been seen'
          : `${dollarsText(cost.dollars)} in ${cost.of.region}, state and compute ${dollarsText(cost.stateAndComputeDollars)}`,
      'of which': cost === undefined ? '–' : `${largest(cost)}; events taken for ${cost.of.eventBytes} bytes`,
    };
    for (const [name, text] of Object.entries(facts)) setText(this.#known.get(name) ?? this.#add(name), text);
  }

  #add(name: string): HTMLElement {
    const text = element('dd');
    this.#place.append(element('div', {}, element('dt', {}, name), text));
    this.#known.set(name, text);
    return text;
  }
}

const PARTS_SHOWN = 3;

function largest({ parts }: Cost): string {
  return parts
    .toSorted((a, b) => b.dollars - a.dollars)
    .slice(0, PARTS_SHOWN)
    .map(({ name, dollars }) => `${name} ${dollarsText(dollars)}`)
    .join(', ');
}
