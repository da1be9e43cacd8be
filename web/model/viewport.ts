import { spanOf } from './time-axis.ts';

/** Where the watermark stands in what is seen, from 0 to 1, and between which places it may wander before that moves on. */
const WATERMARK_AT = 0.5;
const WATERMARK_MAX = 0.76;
const WATERMARK_MIN = 0.04;
const SCROLL_MS = 220;
const PICTURE_MS = 1_000;

/** Which stretch of event time is seen, and where the watermark is on it. Both move evenly from picture to picture. */
export class Viewport {
  #widthPx = 0;
  #zoom = 1;
  #spanMs = 60_000;
  #lengthsMs: readonly number[] = [];
  /** The left end: where it is, and where it goes. */
  #from = 0;
  #target = 0;
  #hasTime = false;
  /** Of the watermark: where it was drawn when the picture came, and where the picture has it. */
  #before = 0;
  #after = 0;
  /** By the page's own clock, as all that is called `now` here. */
  #pictureAtMs = 0;
  #movedAtMs = 0;

  get widthPx(): number {
    return this.#widthPx;
  }

  /** How much event time is seen. */
  get spanMs(): number {
    return this.#spanMs;
  }

  get from(): number {
    return this.#from;
  }

  get target(): number {
    return this.#target;
  }

  /** Where it will be when it has moved. */
  get watermark(): number {
    return this.#after;
  }

  /** Whether anything has said yet where in time this is. */
  get hasTime(): boolean {
    return this.#hasTime;
  }

  /** All that comes in sight while it moves, and a little more. */
  get reach(): { readonly from: number; readonly to: number } {
    return {
      from: Math.min(this.#from, this.#target) - 0.1 * this.#spanMs,
      to: Math.max(this.#from, this.#target) + 1.1 * this.#spanMs,
    };
  }

  /** @returns Whether it is another width. */
  resize(widthPx: number): boolean {
    if (widthPx === this.#widthPx || widthPx === 0) return false;
    this.#widthPx = widthPx;
    this.#settle(true);
    return true;
  }

  /** Shows more or less time, by a factor. */
  zoom(factor: number): void {
    this.#zoom = Math.min(Math.max(this.#zoom * factor, 1 / 64), 64);
    this.#settle(true);
  }

  /**
   * A new picture.
   *
   * @param lengthsMs How long the windows are; they decide how much is seen.
   * @param watermark Absent while there is nothing that would say where.
   */
  show(lengthsMs: readonly number[], watermark: number | undefined, nowMs: number): void {
    this.#lengthsMs = lengthsMs;
    if (watermark === undefined) return;
    this.#before = this.#hasTime ? this.watermarkAt(nowMs) : watermark;
    this.#after = watermark;
    this.#pictureAtMs = nowMs;
    this.#settle(!this.#hasTime);
    this.#hasTime = true;
  }

  /**
   * @param isStill For who does not want to see anything move.
   * @returns Whether there is more to move.
   */
  move(nowMs: number, isStill: boolean): boolean {
    const passedMs = Math.min(Math.max(nowMs - this.#movedAtMs, 0), 100);
    this.#movedAtMs = nowMs;
    const leftMs = this.#target - this.#from;
    const isThere = isStill || Math.abs(this.pixels(leftMs)) < 0.5;
    this.#from = isThere ? this.#target : this.#from + leftMs * (1 - Math.exp(-passedMs / SCROLL_MS));
    return this.#from !== this.#target || (!isStill && nowMs - this.#pictureAtMs <= PICTURE_MS);
  }

  /** Where the watermark is drawn now, on its way. */
  watermarkAt(nowMs: number): number {
    const share = Math.min(Math.max((nowMs - this.#pictureAtMs) / PICTURE_MS, 0), 1);
    return this.#before + (this.#after - this.#before) * share;
  }

  pixels(ms: number): number {
    return (ms * this.#widthPx) / this.#spanMs;
  }

  /** Decides which stretch is seen. */
  #settle(isAtOnce: boolean): void {
    // A phone shows less at a time, not smaller.
    const share = Math.min(Math.max(this.#widthPx / 900, 0.45), 1.2);
    const spanMs = spanOf(this.#lengthsMs) * this.#zoom * share;
    const isOther = Math.abs(spanMs - this.#spanMs) > 0.01 * this.#spanMs;
    this.#spanMs = isOther ? spanMs : this.#spanMs;
    const at = (this.#after - this.#target) / this.#spanMs;
    if (isOther || isAtOnce || at > WATERMARK_MAX || at < WATERMARK_MIN) this.#target = this.#after - WATERMARK_AT * this.#spanMs;
    if (isOther || isAtOnce || Math.abs(this.#target - this.#from) > 3 * this.#spanMs) this.#from = this.#target;
  }
}
