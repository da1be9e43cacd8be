interface Event {
  readonly atMs: number;
  /** Events of one moment happen in the order in which they were planned. */
  readonly order: number;
  readonly run: () => void;
}

const EVENTS_A_TURN = 500;
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
    let happened = 0;
    return new Promise((resolve, reject) => {
      let isDone = false;
      const letHappen = () => {
        if (isDone) return;
        const next = isOver() || happened === eventsMax ? undefined : this.#next();
        isDone = next === undefined;
        if (next === undefined) return resolve(happened);
        happened++;
        this.#nowMs = next.atMs;
        try {
          next.run();
        } catch (error) {
          isDone = true;
          reject(error);
        }
      };
      const turn = () => {
        if (isDone) return;
        // Between two immediates, whoever can go on without waiting does so. Many at a time, since a turn of the event loop costs more than a step.
        for (let event = 0; event < EVENTS_A_TURN; event++) setImmediate(letHappen);
        setImmediate(turn);
      };
      turn();
    });
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
