import { countText, eventsWord } from '../model/number-text.ts';
import { lateFirings, type Tile, tileEvents, tileState } from '../model/tile.ts';
import { boundsText } from '../model/time-axis.ts';

const STATES = { open: 'open', settled: 'fired, and open for late events', closed: 'closed' } as const;

/** A window in a sentence. */
export function describeTile(tile: Tile): string {
  const { window, start, end, key, open, firings } = tile;
  const panes = firings.reduce((sum, each) => sum + each.panes, 0);
  const late = lateFirings(tile);
  return [
    `${window}, ${boundsText(start, end)}${key === undefined ? '' : `, ${key}`}: ${STATES[tileState(tile)]}`,
    `${countText(tileEvents(tile))} ${eventsWord(tileEvents(tile))}${open === undefined || key !== undefined ? '' : ` of ${countText(open.keys)} keys`}`,
    ...(panes === 0 ? [] : [`${countText(panes)} ${panes === 1 ? 'pane' : 'panes'} fired`]),
    ...(late === 0 ? [] : [`${countText(late)} times again for late events`]),
  ].join(' · ');
}
