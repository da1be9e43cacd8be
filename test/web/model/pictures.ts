import type { Picture } from '../../../functions/api/schemas.ts';

type OpenWindow = Picture['windows'][number];
type FiredWindow = Picture['fired'][number];

/** A picture of nothing, with what matters to a test. */
export function picture(parts: Partial<Picture> & { readonly read?: number } = {}): Picture {
  const { read = 0, ...others } = parts;
  const counts = { read, folded: read, filtered: 0, late: 0, invalid: 0 };
  return {
    nowMs: 0,
    pipeline: { id: 'shop', state: 'running', pending: [] },
    stats: {
      id: 'shop',
      counts,
      conservationDifference: 0,
      lateByWindow: {},
      openByWindow: {},
      panesFired: 0,
      unreadCommits: 0,
      isCurrent: true,
    },
    windows: [],
    cut: [],
    isCurrent: true,
    refusals: [],
    fired: [],
    panes: [],
    ...others,
  };
}

export function open(start: number, events = 1, others: Partial<OpenWindow> = {}): OpenWindow {
  return { window: 'stores', start, end: start + 10, keys: 1, events, ...others };
}

export function fired(start: number, epoch: number, others: Partial<FiredWindow> = {}): FiredWindow {
  return { window: 'stores', start, end: start + 10, timing: 'ON_TIME', panes: 1, events: 1, lane: 0, epoch, firedAtMs: 0, ...others };
}
