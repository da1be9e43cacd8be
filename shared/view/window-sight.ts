import type { OpenWindow } from '../firing/open-windows.ts';
import type { Sight } from './firing-tail.ts';
import type { WindowQueries } from './window-queries.ts';

/** An open window of a pipeline. */
export interface SeenWindow extends OpenWindow {
  readonly window: string;
}

export interface WindowSight {
  /** Window definition by window definition, each by end. */
  readonly windows: readonly SeenWindow[];
  /** Names of windows that have more than that. */
  readonly cut: readonly string[];
  /** False while there is more in the logs than one look reads. */
  readonly isCurrent: boolean;
}

// Of each window definition: more than fit on a screen.
const WINDOWS_SHOWN = 150;
const KEYED_WINDOWS_SHOWN = 1_000;

/** What is open, as much of it as a person can look at. */
export async function seeWindows(queries: WindowQueries, { windows, prefix }: Sight): Promise<WindowSight> {
  const seen = await Promise.all(
    windows.map(async (name) => {
      const page = prefix === '' ? await queries.windows(name, WINDOWS_SHOWN) : await ofPrefix(queries, name, prefix);
      return { name, ...page };
    }),
  );
  return {
    windows: seen.flatMap(({ name, items }) => items.slice(0, WINDOWS_SHOWN).map((each) => ({ window: name, ...each }))),
    cut: seen.filter(({ next }) => next !== undefined).map(({ name }) => name),
    isCurrent: seen.every(({ isCurrent }) => isCurrent),
  };
}

/** The windows of some keys, as if there were no others. */
async function ofPrefix(queries: WindowQueries, window: string, prefix: string) {
  const { items, next, isCurrent } = await queries.ofKeys(window, prefix, KEYED_WINDOWS_SHOWN);
  const byBounds = new Map<string, OpenWindow>();
  for (const { start, end, content } of items) {
    const id = `${start} ${end}`;
    const { keys, events } = byBounds.get(id) ?? { keys: 0, events: 0 };
    byBounds.set(id, { start, end, keys: keys + 1, events: events + content.count });
  }
  return { items: [...byBounds.values()].sort((a, b) => a.end - b.end || a.start - b.start), next, isCurrent };
}
