import type { EventTime } from '../time/event-time.ts';
import type { Fragment, KeySessions } from './key-sessions.ts';
import type { OpenKeyedWindow, OpenWindow, OpenWindows } from './open-windows.ts';
import type { PaneContent } from './pane-content.ts';

/** A session as it stands: fragments that touch, up to the longest duration. */
export interface Session {
  readonly start: EventTime;
  readonly end: EventTime;
  readonly fragments: readonly Fragment[];
}

/** What sessions are made of. */
export interface Sessions {
  readonly keys: ReadonlyMap<string, KeySessions>;
  sessionsOf(this: void, fragments: readonly Fragment[]): readonly Session[];
  contentOf(this: void, key: string, session: Session): PaneContent;
}

/** Looks at windows that merge: each is of one key. */
export class OpenSessions implements OpenWindows {
  readonly #sessions: Sessions;

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
  }

  *all(): Generator<OpenWindow> {
    const { keys, sessionsOf } = this.#sessions;
    const open: (OpenWindow & { readonly key: string })[] = [];
    for (const [key, { fragments }] of keys) {
      for (const session of sessionsOf(fragments))
        open.push({ start: session.start, end: session.end, key, keys: 1, events: eventsOf(session) });
    }
    yield* open.sort((a, b) => a.end - b.end || a.start - b.start || (a.key < b.key ? -1 : 1));
  }

  *keys(): Generator<string> {
    yield* this.#sessions.keys.keys();
  }

  *of(key: string): Generator<OpenKeyedWindow> {
    const { keys, sessionsOf, contentOf } = this.#sessions;
    for (const session of sessionsOf(keys.get(key)?.fragments ?? []))
      yield { key, start: session.start, end: session.end, content: contentOf(key, session) };
  }
}

function eventsOf({ fragments }: Session): number {
  return fragments.reduce((sum, { table }) => sum + table.events.at(0), 0);
}
