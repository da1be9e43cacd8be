import type { Picture } from '../../functions/api/schemas.ts';
import { shortCount } from '../model/number-text.ts';
import { spanText } from '../model/span-text.ts';
import { lateFirings, type Tile, tileEvents, tileState } from '../model/tile.ts';
import { dateText, spanOf, ticksBetween, timeText } from '../model/time-axis.ts';
import { isTime } from '../model/watermark-text.ts';
import { type Band, bandsOf } from '../model/bands.ts';
import { drawn, element, setAttributes, setText } from './element.ts';
import { describeTile } from './tile-text.ts';

const TOP = 26;
const BOTTOM = 30;
const WATERMARK_AT = 0.5;
const WATERMARK_MAX = 0.76;
const WATERMARK_MIN = 0.04;
/** A phone. */
const NARROW_PX = 600;
const TICK_PX = 110;
const TEXT_PX = 40;
const HINT = 'Point at a window, or use the arrow keys, to read its figures.';
const SCROLL_MS = 220;
const PICTURE_MS = 1_000;

/** Windows on the axis of event time: they fill, the watermark sweeps over them, they close. */
export class TimePicture {
  readonly #place: HTMLElement;
  readonly #reading: HTMLElement;
  readonly #svg = drawn('svg', {
    class: 'time',
    tabindex: 0,
    role: 'application',
    'aria-roledescription': 'axis of event time',
    'aria-label': 'Windows in event time. The arrow keys go from window to window',
  });
  readonly #past = drawn('rect', { class: 'past', x: 0, y: 0 });
  readonly #world = drawn('g');
  readonly #ticks = drawn('g', { class: 'ticks' });
  readonly #bands = drawn('g', { class: 'bands' });
  readonly #tiles = drawn('g');
  readonly #refused = drawn('g', { class: 'refusals' });
  readonly #watermark = drawn('g', { class: 'watermark' });
  readonly #watermarkText = drawn('text', { y: 16 });
  readonly #watermarkBack = drawn('rect', { y: 3, height: 19, rx: 9.5 });
  readonly #watermarkLine = drawn('line', { x1: 0, x2: 0, y1: 22 });
  readonly #now = drawn('g', { class: 'now' });
  readonly #edge = drawn('text', { class: 'edge', y: 16 });
  readonly #empty = element('p', { class: 'empty' });
  readonly #known = new Map<string, SVGGElement>();
  #shown: readonly Tile[] = [];
  #width = 0;
  #height = 0;
  #zoom = 1;
  #spanMs = 60_000;
  /** Left end of the axis: where it is, and where it goes. */
  #from = 0;
  #fromTarget = 0;
  #anchor = 0;
  #hasTime = false;
  /** Of the watermark: where it was drawn when the picture came, and where the picture has it. */
  #before = 0;
  #after = 0;
  #pictureAt = 0;
  #drawnAt = 0;
  #picture: Picture | undefined;
  #all: readonly Tile[] = [];
  #selected: string | undefined;
  #frame: number | undefined;

  constructor(place: HTMLElement, reading: HTMLElement) {
    this.#place = place;
    this.#reading = reading;
    this.#watermark.append(this.#watermarkLine, this.#watermarkBack, this.#watermarkText);
    this.#now.append(drawn('line', { x1: 0, x2: 0, y1: 22 }), drawn('text', { y: 16, 'text-anchor': 'middle' }, 'now'));
    this.#world.append(this.#ticks, this.#tiles, this.#refused, this.#now);
    this.#svg.append(this.#past, this.#bands, this.#world, this.#watermark, this.#edge);
    place.append(this.#svg, this.#empty);
    new ResizeObserver(() => this.#resize()).observe(place);
    this.#svg.addEventListener('keydown', (event) => this.#onKey(event));
    this.#svg.addEventListener('pointermove', ({ target }) => this.#point(target));
    this.#svg.addEventListener('click', ({ target }) => this.#point(target));
    this.#resize();
  }

  /** Longer or shorter, by a factor. */
  zoom(factor: number): void {
    this.#zoom = Math.min(Math.max(this.#zoom * factor, 1 / 64), 64);
    this.#settle(true);
    this.#draw();
  }

  /** @param nowMs Of the page's own clock, that runs evenly. */
  show(picture: Picture, tiles: readonly Tile[], nowMs: number): void {
    this.#picture = picture;
    this.#all = tiles;
    const watermark = picture.watermarks?.watermark;
    const newestEnd = tiles.reduce((latest, { end }) => Math.max(latest, Math.min(end, 8e15)), Number.NEGATIVE_INFINITY);
    const oldestStart = tiles.reduce((first, { start }) => Math.min(first, start), Number.POSITIVE_INFINITY);
    // Drained, it is past everything; before all shards have delivered, before everything.
    const place = watermark !== undefined && isTime(watermark) ? watermark : (watermark ?? 0) > 0 ? newestEnd : oldestStart;
    if (Number.isFinite(place)) {
      this.#before = this.#hasTime ? this.#watermarkAt(nowMs) : place;
      this.#after = place;
      this.#pictureAt = nowMs;
      this.#settle(!this.#hasTime);
      this.#hasTime = true;
    }
    this.#draw();
  }

  #resize(): void {
    const width = Math.floor(this.#place.clientWidth);
    if (width === this.#width || width === 0) return;
    this.#width = width;
    this.#settle(true);
    this.#draw();
  }

  /** Decides which stretch of the axis is seen. */
  #settle(isAtOnce: boolean): void {
    // A phone shows less at a time, not smaller.
    const share = Math.min(Math.max(this.#width / 900, 0.45), 1.2);
    const spanMs = spanOf(lengthsOf(this.#all)) * this.#zoom * share;
    const isOther = Math.abs(spanMs - this.#spanMs) > 0.01 * this.#spanMs;
    this.#spanMs = isOther ? spanMs : this.#spanMs;
    const at = (this.#after - this.#fromTarget) / this.#spanMs;
    if (isOther || isAtOnce || at > WATERMARK_MAX || at < WATERMARK_MIN) this.#fromTarget = this.#after - WATERMARK_AT * this.#spanMs;
    if (isOther || isAtOnce || Math.abs(this.#fromTarget - this.#from) > 3 * this.#spanMs) this.#from = this.#fromTarget;
  }

  #draw(): void {
    if (this.#width === 0) return;
    setText(this.#empty, this.#hasTime && this.#all.length > 0 ? '' : 'No windows yet: the first events open the first ones.');
    this.#anchor = this.#fromTarget;
    const from = Math.min(this.#from, this.#fromTarget) - 0.1 * this.#spanMs;
    const to = Math.max(this.#from, this.#fromTarget) + 1.1 * this.#spanMs;
    this.#shown = this.#all.filter(({ start, end, level }) => level !== undefined && end > from && start < to);
    const bands = bandsOf(this.#all, this.#width < NARROW_PX);
    this.#height = TOP + bands.reduce((sum, { height }) => sum + height, 0) + BOTTOM;
    setAttributes(this.#svg, { width: this.#width, height: this.#height, viewBox: `0 0 ${this.#width} ${this.#height}` });
    setAttributes(this.#past, { height: this.#height - BOTTOM });
    for (const line of [this.#watermarkLine, this.#now.firstElementChild as Element]) setAttributes(line, { y2: this.#height - BOTTOM });
    this.#drawBands(bands);
    this.#drawTiles(bands);
    this.#drawTicks(from, to);
    this.#drawRefused(from, to);
    this.#drawLabels();
    this.#tell();
    this.#animate();
  }

  #drawBands(bands: readonly Band[]): void {
    this.#bands.replaceChildren(
      ...bands.flatMap(({ window, top, height, color, hidden }) => [
        drawn('line', { class: 'rule', x1: 0, x2: this.#width, y1: TOP + top + height, y2: TOP + top + height }),
        drawn(
          'text',
          { class: `name c${color}`, x: 10, y: TOP + top + 18 },
          hidden === 0 ? window : `${window} · ${shortCount(hidden)} more`,
        ),
      ]),
    );
  }

  #drawTiles(bands: readonly Band[]): void {
    const byWindow = new Map(bands.map((band) => [band.window, band]));
    const left = new Set(this.#known.keys());
    for (const tile of this.#shown) {
      left.delete(tile.id);
      const known = this.#known.get(tile.id) ?? this.#newTile(tile.id);
      this.#drawTile(known, tile, byWindow.get(tile.window) as Band);
    }
    for (const id of left) {
      this.#known.get(id)?.remove();
      this.#known.delete(id);
    }
  }

  #newTile(id: string): SVGGElement {
    const made = drawn(
      'g',
      { 'data-id': id },
      drawn('rect', { class: 'frame', rx: 3 }),
      drawn('rect', { class: 'fill', rx: 3 }),
      drawn('text', { class: 'events', 'text-anchor': 'middle' }),
      drawn('path', { class: 'late' }),
    );
    this.#known.set(id, made);
    this.#tiles.append(made);
    return made;
  }

  #drawTile(place: SVGGElement, tile: Tile, { top, levelHeight, color, eventsMax }: Band): void {
    const [frame, fill, text, late] = place.children as unknown as [SVGRectElement, SVGRectElement, SVGTextElement, SVGPathElement];
    const width = Math.max(this.#pixels(tile.end - tile.start) - 2, 2);
    const height = levelHeight - 4;
    const events = tileEvents(tile);
    setAttributes(place, {
      class: `tile c${color} is-${tileState(tile)}${tile.id === this.#selected ? ' is-selected' : ''}`,
      transform: `translate(${this.#pixels(tile.start - this.#anchor) + 1} ${TOP + top + 26 + (tile.level ?? 0) * levelHeight})`,
    });
    setAttributes(frame, { width, height });
    setAttributes(fill, { width, height });
    fill.style.transform = `scaleY(${Math.max(events / Math.max(eventsMax, 1), 0.05)})`;
    fill.style.transformOrigin = `0 ${height}px`;
    const hasText = width >= TEXT_PX && height >= 15;
    setAttributes(text, { x: width / 2, y: height / 2 + 4 });
    setText(text, hasText ? shortCount(events) : '');
    setAttributes(late, { d: lateFirings(tile) > 0 ? `M${width - 11} 0h8l-4 7z` : undefined });
  }

  #drawTicks(from: number, to: number): void {
    const count = Math.max(Math.round(((to - from) / this.#spanMs) * (this.#width / TICK_PX)), 2);
    const bottom = this.#height - BOTTOM;
    this.#ticks.replaceChildren(
      ...ticksBetween(from, to, count).flatMap(({ time, text }) => {
        const x = this.#pixels(time - this.#anchor);
        return [
          drawn('line', { x1: x, x2: x, y1: TOP, y2: bottom + 5 }),
          drawn('text', { x, y: bottom + 19, 'text-anchor': 'middle' }, text),
        ];
      }),
    );
  }

  /** Where the watermark stood when events came that were too late for it. */
  #drawRefused(from: number, to: number): void {
    const places = new Set(
      (this.#picture?.refusals ?? []).flatMap(({ watermark }) =>
        watermark !== undefined && watermark > from && watermark < to ? [Math.round(this.#pixels(watermark - this.#anchor))] : [],
      ),
    );
    const y = this.#height - BOTTOM - 7;
    this.#refused.replaceChildren(...[...places].map((x) => drawn('path', { d: `M${x - 4} ${y - 4}l8 8m0 -8l-8 8` })));
  }

  #drawLabels(): void {
    const { watermark } = this.#picture?.watermarks ?? {};
    const text = !this.#hasTime || watermark === undefined ? '' : watermarkText(watermark, this.#width < NARROW_PX);
    setText(this.#watermarkText, text);
    const width = this.#watermarkText.getComputedTextLength() + 20;
    setAttributes(this.#watermarkBack, { x: -width / 2, width });
    setAttributes(this.#watermarkText, { 'text-anchor': 'middle' });
    const nowMs = this.#picture?.nowMs ?? 0;
    const isNear = nowMs > this.#from && nowMs < this.#from + this.#spanMs;
    setAttributes(this.#now, {
      visibility: isNear ? undefined : 'hidden',
      transform: `translate(${this.#pixels(nowMs - this.#anchor)} 0)`,
    });
    const isNarrow = this.#width < NARROW_PX;
    // Where there is little room, on the side where the watermark is not.
    setAttributes(this.#edge, { x: isNarrow ? 10 : this.#width - 8, 'text-anchor': isNarrow ? 'start' : 'end' });
    const aheadMs = nowMs - this.#after;
    setText(this.#edge, this.#hasTime && !isNear && aheadMs > 0 ? `now is ${spanText(aheadMs)} ahead${isNarrow ? '' : ' →'}` : '');
  }

  /** Moves evenly from picture to picture. */
  #animate(): void {
    if (this.#frame !== undefined) return;
    const step = (atMs: number) => {
      const passedMs = Math.min(Math.max(atMs - this.#drawnAt, 0), 100);
      this.#drawnAt = atMs;
      const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
      const leftMs = this.#fromTarget - this.#from;
      this.#from =
        isStill || Math.abs(this.#pixels(leftMs)) < 0.5 ? this.#fromTarget : this.#from + leftMs * (1 - Math.exp(-passedMs / SCROLL_MS));
      this.#world.setAttribute('transform', `translate(${this.#pixels(this.#anchor - this.#from)} 0)`);
      const x = this.#pixels((isStill ? this.#after : this.#watermarkAt(atMs)) - this.#from);
      const isShown = this.#hasTime && this.#picture?.watermarks !== undefined;
      setAttributes(this.#watermark, { transform: `translate(${x} 0)`, visibility: isShown ? undefined : 'hidden' });
      setAttributes(this.#past, { width: isShown ? Math.max(Math.min(x, this.#width), 0) : 0 });
      const isDone = this.#from === this.#fromTarget && (isStill || atMs - this.#pictureAt > PICTURE_MS);
      this.#frame = isDone ? undefined : requestAnimationFrame(step);
    };
    this.#frame = requestAnimationFrame(step);
  }

  #watermarkAt(nowMs: number): number {
    const share = Math.min(Math.max((nowMs - this.#pictureAt) / PICTURE_MS, 0), 1);
    return this.#before + (this.#after - this.#before) * share;
  }

  #pixels(ms: number): number {
    return (ms * this.#width) / this.#spanMs;
  }

  #point(target: EventTarget | null): void {
    const id = target instanceof Element ? target.closest('.tile')?.getAttribute('data-id') : undefined;
    if (id !== undefined && id !== null) this.#select(id);
  }

  #onKey(event: KeyboardEvent): void {
    const steps: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = neighbour(this.#shown, this.#selected, this.#after, ...step);
    if (next !== undefined) this.#select(next.id);
  }

  #select(id: string): void {
    if (this.#selected !== undefined) this.#known.get(this.#selected)?.classList.remove('is-selected');
    this.#selected = id;
    this.#known.get(id)?.classList.add('is-selected');
    this.#tell();
  }

  #tell(): void {
    const tile = this.#all.find(({ id }) => id === this.#selected);
    setText(this.#reading, tile === undefined ? HINT : describeTile(tile));
  }
}

function lengthsOf(tiles: readonly Tile[]): number[] {
  return Map.groupBy(tiles, ({ window }) => window)
    .values()
    .map((each) => each.map(({ start, end }) => end - start).sort((a, b) => a - b))
    .map((lengths) => lengths[Math.floor(lengths.length / 2)] ?? 0)
    .toArray();
}

/** From one window to the next, of its definition or of another one; the first is the one at the watermark. */
function neighbour(tiles: readonly Tile[], from: string | undefined, watermark: number, right: number, down: number): Tile | undefined {
  const at = tiles.find(({ id }) => id === from);
  if (at === undefined) return tiles.find(({ start, end }) => start <= watermark && watermark < end) ?? tiles.at(-1);
  if (right !== 0) {
    const row = tiles.filter(({ window }) => window === at.window);
    return row[row.indexOf(at) + right];
  }
  const names = [...new Set(tiles.map(({ window }) => window))];
  const name = names[names.indexOf(at.window) + down];
  return tiles
    .filter(({ window }) => window === name)
    .toSorted((a, b) => Math.abs(a.end - at.end) - Math.abs(b.end - at.end))
    .at(0);
}

function watermarkText(watermark: number, isNarrow: boolean): string {
  if (!isTime(watermark)) return watermark > 0 ? 'drained' : 'waits for every shard';
  return isNarrow ? timeText(watermark, 1_000) : `${dateText(watermark)} ${timeText(watermark, 1_000)}`;
}
