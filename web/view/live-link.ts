import type { Picture } from '../../functions/api/schemas.ts';
import type { Selection } from '../model/selection.ts';

/** How the page and the server stand. */
export type LinkState = 'connecting' | 'live' | 'broken';

const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 10_000;
// A server that answers look by look says when to ask again: silence is longer than that.
const SILENCE_MS = 6_000;

/** Pictures as they come, over Server-Sent Events. A connection that breaks is made again, for as long as the page is there. */
export class LiveLink {
  readonly #onPicture: (picture: Picture) => void;
  readonly #onState: (state: LinkState) => void;
  #source: EventSource | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #retryMs = RETRY_FIRST_MS;

  constructor(onPicture: (picture: Picture) => void, onState: (state: LinkState) => void) {
    this.#onPicture = onPicture;
    this.#onState = onState;
  }

  /** Begins anew, with another choice of what is seen. */
  open(selection: Selection): void {
    this.#close();
    this.#onState('connecting');
    this.#listen(`events/pictures?${picturesQuery(selection)}`);
  }

  #listen(address: string): void {
    const source = new EventSource(address);
    this.#source = source;
    this.#expectPicture();
    source.addEventListener('picture', ({ data }: MessageEvent<string>) => {
      this.#retryMs = RETRY_FIRST_MS;
      this.#onState('live');
      this.#expectPicture();
      this.#onPicture(JSON.parse(data) as Picture);
    });
    source.addEventListener('error', () => {
      // The browser asks again by itself, unless something other than a stream was answered.
      if (source.readyState !== EventSource.CLOSED || source !== this.#source) return;
      this.#onState('broken');
      this.#retry = setTimeout(() => this.#listen(address), this.#retryMs);
      this.#retryMs = Math.min(2 * this.#retryMs, RETRY_MAX_MS);
    });
  }

  #expectPicture(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#onState('broken'), SILENCE_MS);
  }

  #close(): void {
    clearTimeout(this.#silence);
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = undefined;
  }
}

function picturesQuery({ pipeline, window, prefix }: Selection): string {
  return new URLSearchParams({
    ...(pipeline === '' ? {} : { pipeline }),
    ...(window === '' ? {} : { window }),
    ...(prefix === '' ? {} : { prefix }),
  }).toString();
}
