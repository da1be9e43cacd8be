import type { OpenKeyedWindow, OpenWindow, OpenWindows } from '../firing/open-windows.ts';
import { laneOf } from '../pipeline/lane.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { EventTime } from '../time/event-time.ts';
import { type Page, pageOf } from './page.ts';
import { LiveState, type Look, type ViewPorts } from './live-state.ts';

/** A place in the list of windows. */
export interface WindowPlace {
  readonly end: EventTime;
  readonly start: EventTime;
  readonly key?: string | undefined;
}

/** A place in the list of keys: behind this window of this key. */
export interface KeyPlace {
  readonly key: string;
  readonly start: EventTime;
}

/** What a function that starts would read, in bytes. */
export interface StateSize {
  /** Of the newest state that was written down; 0 while there is none. */
  readonly snapshotBytes: number;
  /** Of the commits behind it. */
  readonly logBytes: number;
}

/** Asks a running pipeline what its open windows hold, by its logs. */
export class WindowQueries {
  readonly #pipeline: Pipeline<never>;
  readonly #lanes: readonly LiveState[];

  constructor(pipeline: Pipeline<never>, ports: ViewPorts) {
    this.#pipeline = pipeline;
    this.#lanes = Array.from({ length: pipeline.lanes }, (_each, lane) => new LiveState(pipeline, lane, ports));
  }

  /** How much is written down of the state, and behind that. */
  async size(): Promise<StateSize> {
    const looks = await Promise.all(this.#lanes.map((lane) => lane.look(({ cost }) => cost.commitBytes)));
    return {
      snapshotBytes: this.#lanes.reduce((sum, lane) => sum + lane.snapshotBytes, 0),
      logBytes: looks.reduce((sum, { seen }) => sum + seen, 0),
    };
  }

  /** The open windows of a window definition, by end, then by start, then by key. Those of several lanes are one. */
  async windows(window: string, limit: number, behind?: WindowPlace): Promise<Page<OpenWindow, WindowPlace>> {
    // Each lane is in order; of each, as many as the page holds are enough.
    const { seen, isCurrent } = await this.#look(window, (open) => [
      ...open
        .all()
        .filter((each) => behind === undefined || byPlace(each, behind) > 0)
        .take(limit + 1),
    ]);
    const merged = new Map<string, OpenWindow>();
    for (const each of seen) {
      const id = `${each.start} ${each.end} ${each.key ?? ''}`;
      const { keys, events } = merged.get(id) ?? { keys: 0, events: 0 };
      merged.set(id, { ...each, keys: each.keys + keys, events: each.events + events });
    }
    return { ...pageOf([...merged.values()].sort(byPlace), limit, ({ start, end, key }) => ({ start, end, key })), isCurrent };
  }

  /** The open windows of one key, by start. */
  async ofKey(window: string, key: string, limit: number, behind?: KeyPlace): Promise<Page<OpenKeyedWindow, KeyPlace>> {
    const lane = this.#lanes[laneOf(key, this.#pipeline.lanes)] as LiveState;
    const { seen, isCurrent } = await lane.look((state) => [
      ...(state
        .look(window)
        ?.of(key)
        .filter((each) => behind === undefined || byKey(each, behind) > 0)
        .take(limit + 1) ?? []),
    ]);
    return { ...pageOf(seen, limit, keyPlaceOf), isCurrent };
  }

  /** The open windows of all keys that begin so, by key, then by start. */
  async ofKeys(window: string, prefix: string, limit: number, behind?: KeyPlace): Promise<Page<OpenKeyedWindow, KeyPlace>> {
    const { seen, isCurrent } = await this.#look(window, (open) => {
      const keys = new Set(open.keys().filter((key) => key.startsWith(prefix) && (behind === undefined || key >= behind.key)));
      const windows = [...keys]
        .sort()
        .values()
        .flatMap((key) => open.of(key));
      return [...windows.filter((each) => behind === undefined || byKey(each, behind) > 0).take(limit + 1)];
    });
    return { ...pageOf([...seen].sort(byKey), limit, keyPlaceOf), isCurrent };
  }

  /** What is seen of each lane, one behind the other. */
  async #look<T>(window: string, see: (open: OpenWindows) => readonly T[]): Promise<Look<readonly T[]>> {
    const looks = await Promise.all(
      this.#lanes.map((lane) =>
        lane.look((state) => {
          const open = state.look(window);
          return open === undefined ? [] : see(open);
        }),
      ),
    );
    return { seen: looks.flatMap(({ seen }) => seen), isCurrent: looks.every(({ isCurrent }) => isCurrent) };
  }
}

function byKey(a: KeyPlace, b: KeyPlace): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : a.start - b.start;
}

function byPlace(a: WindowPlace, b: WindowPlace): number {
  if (a.end !== b.end) return a.end - b.end;
  if (a.start !== b.start) return a.start - b.start;
  const [one = '', other = ''] = [a.key, b.key];
  return one < other ? -1 : one > other ? 1 : 0;
}

function keyPlaceOf({ key, start }: OpenKeyedWindow): KeyPlace {
  return { key, start };
}
