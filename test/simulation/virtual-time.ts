interface Event {
  readonly atMs: number;
  /** Events of one moment happen in the order in which they were planned. */
  readonly order: number;
  readonly run: () => void;
}

const START_MS = 1_700_000_000_000;

/** Time that passes only from event to event. Everything that happens in a simulated world is planned here, so that it happens in one order. */
export class VirtualTime {
  #nowMs = START_MS;
  #planned = 0;
  /** A heap: no event is later than its children, at twice its place and one or two more. */
  readonly #events: Event[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Plans something after a while. */
  after(ms: number, run: () => void): void {
    const event = { atMs: this.#nowMs + Math.max(0, Math.round(ms)), order: this.#planned++, run };
    let place = this.#events.push(event) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!isBefore(event, this.#events[above] as Event)) break;
      this.#events[place] = this.#events[above] as Event;
      place = above;
    }
    this.#events[place] = event;
  }

  async sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /**
   * Lets events happen, one at a time, each with all that follows from it at once, until it is over.
   *
   * @returns How many have happened.
   */
  async run(isOver: () => boolean, eventsMax: number): Promise<number> {
    for (let events = 0; ; events++) {
      // Whoever can go on without waiting does so first.
      await new Promise((resolve) => setImmediate(resolve));
      if (isOver() || events === eventsMax) return events;
      const next = this.#next();
      if (next === undefined) return events;
      this.#nowMs = next.atMs;
      next.run();
    }
  }

  #next(): Event | undefined {
    const [first] = this.#events;
    const last = this.#events.pop();
    if (last === undefined || first === last) return first;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= this.#events.length) break;
      if (below + 1 < this.#events.length && isBefore(this.#events[below + 1] as Event, this.#events[below] as Event)) below++;
      if (isBefore(last, this.#events[below] as Event)) break;
      this.#events[place] = this.#events[below] as Event;
      place = below;
    }
    this.#events[place] = last;
    return first;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
