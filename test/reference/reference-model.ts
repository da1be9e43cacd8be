/**
 * What must come out of windows in the end, computed from all events at once: no batches, no shards, no watermarks, no slices, no fragments.
 * It knows nothing of the engine; windows of fixed bounds are enumerated, sessions are cut from sorted times.
 */

export interface Happening {
  readonly at: number;
  readonly key: string;
  readonly amount: number;
}

/** A finished window of a key. */
export interface Finished {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly count: number;
  readonly total: number;
}

export function slidingWindows(events: readonly Happening[], sizeMs: number, slideMs: number, offsetMs: number): Finished[] {
  return perKey(events, (key, own) => {
    const starts = new Set<number>();
    for (const { at } of own) {
      const last = Math.floor((at - offsetMs) / slideMs) * slideMs + offsetMs;
      for (let start = last; start > at - sizeMs; start -= slideMs) starts.add(start);
    }
    return [...starts].map((start) => finish(key, start, start + sizeMs, own));
  });
}

export function sessionWindows(events: readonly Happening[], gapMs: (event: Happening) => number, durationMsMax = Infinity): Finished[] {
  return perKey(events, (key, own) => {
    const sorted = own.toSorted((a, b) => a.at - b.at);
    const sessions: { start: number; reach: number; events: Happening[] }[] = [];
    for (const event of sorted) {
      const open = sessions.at(-1);
      const reach = event.at + gapMs(event);
      if (open !== undefined && event.at <= open.reach && event.at < open.start + durationMsMax) {
        open.events.push(event);
        open.reach = Math.max(open.reach, reach);
      } else {
        sessions.push({ start: event.at, reach, events: [event] });
      }
    }
    return sessions.map(({ start, reach, events: inside }) => sum(key, start, Math.min(reach, start + durationMsMax), inside));
  });
}

/** @param holding The window that holds a time. */
export function fixedWindows(events: readonly Happening[], holding: (time: number) => { start: number; end: number }): Finished[] {
  return perKey(events, (key, own) => {
    const ends = new Map(own.map(({ at }) => holding(at)).map(({ start, end }) => [start, end]));
    return [...ends].map(([start, end]) => finish(key, start, end, own));
  });
}

export function globalWindow(events: readonly Happening[]): Finished[] {
  // All the moments that a Date can name.
  return fixedWindows(events, () => ({ start: -8.64e15, end: 8.64e15 + 1 }));
}

function perKey(events: readonly Happening[], windows: (key: string, own: readonly Happening[]) => Finished[]): Finished[] {
  return [...Map.groupBy(events, ({ key }) => key)].flatMap(([key, own]) => windows(key, own));
}

function finish(key: string, start: number, end: number, events: readonly Happening[]): Finished {
  return sum(
    key,
    start,
    end,
    events.filter(({ at }) => at >= start && at < end),
  );
}

function sum(key: string, start: number, end: number, events: readonly Happening[]): Finished {
  return { key, start, end, count: events.length, total: events.reduce((total, { amount }) => total + amount, 0) };
}
