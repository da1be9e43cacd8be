import type { Pane } from '../../shared/pipeline/pane.ts';

/** Panes as an API sends them, while they are fired: Server-Sent Events. */
export class PaneFeed {
  /** Settled when the feed has ended. */
  readonly ended: Promise<void>;
  readonly #leaving: AbortController;
  #count = 0;

  private constructor(leaving: AbortController, read: (feed: PaneFeed) => Promise<void>) {
    this.#leaving = leaving;
    this.ended = read(this);
  }

  /** Begins with what is fired from now on. */
  static async open(address: string, onPane: (pane: Pane) => void): Promise<PaneFeed> {
    const leaving = new AbortController();
    const { body } = await fetch(`${address}/events`, { signal: leaving.signal });
    const events = eventsIn(body as ReadableStream<Uint8Array<ArrayBuffer>>);
    // The first event says from where on.
    await events.next();
    return new PaneFeed(leaving, async (feed) => {
      try {
        for await (const { event, data = '' } of events) {
          if (event !== 'pane') continue;
          feed.#count++;
          onPane(JSON.parse(data) as Pane);
        }
      } catch (error) {
        if (!leaving.signal.aborted) throw error;
      }
    });
  }

  /** How many panes have come. */
  get count(): number {
    return this.#count;
  }

  close(): void {
    this.#leaving.abort();
  }
}

/** The fields of each event, by name. */
async function* eventsIn(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<Readonly<Record<string, string>>> {
  let text = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const events = (text + chunk).split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) yield Object.fromEntries(event.split('\n').map((line) => line.split(/: (.*)/s, 2)) as [string, string][]);
  }
}
