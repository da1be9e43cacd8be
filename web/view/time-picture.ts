import type { Picture } from '../../functions/api/schemas.ts';
import { type Band, bandsOf } from '../model/bands.ts';
import { neighbour, STEPS } from '../model/neighbour.ts';
import { shortCount } from '../model/number-text.ts';
import { spanText } from '../model/span-text.ts';
import type { Tile } from '../model/tile.ts';
import { dateText, ticksBetween, timeText } from '../model/time-axis.ts';
import { Viewport } from '../model/viewport.ts';
import { isTime } from '../model/watermark-text.ts';
import { DrawnTiles, type Scale } from './drawn-tiles.ts';
import { drawn, element, setAttributes, setText } from './element.ts';
import { describeTile } from './tile-text.ts';

const TOP = 26;
const BOTTOM = 30;
/** A phone. */
const NARROW_PX = 600;
const TICK_PX = 110;
const HINT = 'Point at a window, or use the arrow keys, to read its figures.';

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
  readonly #tiles = new DrawnTiles();
  readonly #refused = drawn('g', { class: 'refusals' });
  readonly #watermark = drawn('g', { class: 'watermark' });
  readonly #watermarkText = drawn('text', { y: 16 });
  readonly #watermarkBack = drawn('rect', { y: 3, height: 19, rx: 9.5 });
  readonly #watermarkLine = drawn('line', { x1: 0, x2: 0, y1: 22 });
  readonly #now = drawn('g', { class: 'now' });
  readonly #edge = drawn('text', { class: 'edge', y: 16 });
  readonly #empty = element('p', { class: 'empty' });
  readonly #viewport = new Viewport();
  /** The time that the world was drawn from; it is moved from there. */
  #anchor = 0;
  #height = 0;
  #picture: Picture | undefined;
  #all: readonly Tile[] = [];
  #shown: readonly Tile[] = [];
  #frame: number | undefined;

  constructor(place: HTMLElement, reading: HTMLElement) {
    this.#place = place;
    this.#reading = reading;
    this.#watermark.append(this.#watermarkLine, this.#watermarkBack, this.#watermarkText);
    this.#now.append(drawn('line', { x1: 0, x2: 0, y1: 22 }), drawn('text', { y: 16, 'text-anchor': 'middle' }, 'now'));
    this.#world.append(this.#ticks, this.#tiles.place, this.#refused, this.#now);
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
    this.#viewport.zoom(factor);
    this.#draw();
  }

  /** @param nowMs Of the page's own clock, that runs evenly. */
  show(picture: Picture, tiles: readonly Tile[], nowMs: number): void {
    this.#picture = picture;
    this.#all = tiles;
    this.#viewport.show(lengthsOf(tiles), placeOf(picture, tiles), nowMs);
    this.#draw();
  }

  get #isNarrow(): boolean {
    return this.#viewport.widthPx < NARROW_PX;
  }

  #resize(): void {
    if (this.#viewport.resize(Math.floor(this.#place.clientWidth))) this.#draw();
  }

  #draw(): void {
    const { widthPx, hasTime, target, reach } = this.#viewport;
    if (widthPx === 0) return;
    setText(this.#empty, hasTime && this.#all.length > 0 ? '' : 'No windows yet: the first events open the first ones.');
    this.#anchor = target;
    this.#shown = this.#all.filter(({ start, end, level }) => level !== undefined && end > reach.from && start < reach.to);
    const bands = bandsOf(this.#all, this.#isNarrow);
    this.#height = TOP + bands.reduce((sum, { height }) => sum + height, 0) + BOTTOM;
    setAttributes(this.#svg, { width: widthPx, height: this.#height, viewBox: `0 0 ${widthPx} ${this.#height}` });
    setAttributes(this.#past, { height: this.#height - BOTTOM });
    for (const line of [this.#watermarkLine, this.#now.firstElementChild as Element]) setAttributes(line, { y2: this.#height - BOTTOM });
    const scale: Scale = { x: (time) => this.#viewport.pixels(time - this.#anchor), pixels: (ms) => this.#viewport.pixels(ms) };
    this.#drawBands(bands);
    this.#tiles.draw(this.#shown, bands, TOP, scale);
    this.#drawTicks(reach, scale);
    this.#drawRefused(reach, scale);
    this.#drawLabels(scale);
    this.#tell();
    this.#animate();
  }

  #drawBands(bands: readonly Band[]): void {
    this.#bands.replaceChildren(
      ...bands.flatMap(({ window, top, height, color, hidden }) => [
        drawn('line', { class: 'rule', x1: 0, x2: this.#viewport.widthPx, y1: TOP + top + height, y2: TOP + top + height }),
        drawn(
          'text',
          { class: `name c${color}`, x: 10, y: TOP + top + 18 },
          hidden === 0 ? window : `${window} · ${shortCount(hidden)} more`,
        ),
      ]),
    );
  }

  #drawTicks({ from, to }: Viewport['reach'], { x }: Scale): void {
    const { widthPx, spanMs } = this.#viewport;
    const count = Math.max(Math.round(((to - from) / spanMs) * (widthPx / TICK_PX)), 2);
    const bottom = this.#height - BOTTOM;
    this.#ticks.replaceChildren(
      ...ticksBetween(from, to, count).flatMap(({ time, text }) => [
        drawn('line', { x1: x(time), x2: x(time), y1: TOP, y2: bottom + 5 }),
        drawn('text', { x: x(time), y: bottom + 19, 'text-anchor': 'middle' }, text),
      ]),
    );
  }

  /** Where the watermark stood when events came that were too late for it. */
  #drawRefused({ from, to }: Viewport['reach'], { x }: Scale): void {
    const places = new Set(
      (this.#picture?.refusals ?? []).flatMap(({ watermark }) =>
        watermark !== undefined && watermark > from && watermark < to ? [Math.round(x(watermark))] : [],
      ),
    );
    const y = this.#height - BOTTOM - 7;
    this.#refused.replaceChildren(...[...places].map((at) => drawn('path', { d: `M${at - 4} ${y - 4}l8 8m0 -8l-8 8` })));
  }

  #drawLabels({ x }: Scale): void {
    const { widthPx, hasTime, from, spanMs } = this.#viewport;
    const { watermark } = this.#picture?.watermarks ?? {};
    setText(this.#watermarkText, !hasTime || watermark === undefined ? '' : watermarkText(watermark, this.#isNarrow));
    const width = this.#watermarkText.getComputedTextLength() + 20;
    setAttributes(this.#watermarkBack, { x: -width / 2, width });
    setAttributes(this.#watermarkText, { 'text-anchor': 'middle' });
    const nowMs = this.#picture?.nowMs ?? 0;
    const isNear = nowMs > from && nowMs < from + spanMs;
    setAttributes(this.#now, { visibility: isNear ? undefined : 'hidden', transform: `translate(${x(nowMs)} 0)` });
    // Where there is little room, on the side where the watermark is not.
    setAttributes(this.#edge, { x: this.#isNarrow ? 10 : widthPx - 8, 'text-anchor': this.#isNarrow ? 'start' : 'end' });
    const aheadMs = nowMs - this.#viewport.watermark;
    setText(this.#edge, hasTime && !isNear && aheadMs > 0 ? `now is ${spanText(aheadMs)} ahead${this.#isNarrow ? '' : ' →'}` : '');
  }

  /** Moves evenly from picture to picture. */
  #animate(): void {
    if (this.#frame !== undefined) return;
    const step = (nowMs: number) => {
      const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
      const viewport = this.#viewport;
      const goesOn = viewport.move(nowMs, isStill);
      this.#world.setAttribute('transform', `translate(${viewport.pixels(this.#anchor - viewport.from)} 0)`);
      const x = viewport.pixels((isStill ? viewport.watermark : viewport.watermarkAt(nowMs)) - viewport.from);
      const isShown = viewport.hasTime && this.#picture?.watermarks !== undefined;
      setAttributes(this.#watermark, { transform: `translate(${x} 0)`, visibility: isShown ? undefined : 'hidden' });
      setAttributes(this.#past, { width: isShown ? Math.max(Math.min(x, viewport.widthPx), 0) : 0 });
      this.#frame = goesOn ? requestAnimationFrame(step) : undefined;
    };
    this.#frame = requestAnimationFrame(step);
  }

  #point(target: EventTarget | null): void {
    const id = target instanceof Element ? target.closest('.tile')?.getAttribute('data-id') : undefined;
    if (id !== undefined && id !== null) this.#select(id);
  }

  #onKey(event: KeyboardEvent): void {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = neighbour(this.#shown, this.#tiles.selected, this.#viewport.watermark, step);
    if (next !== undefined) this.#select(next.id);
  }

  #select(id: string): void {
    this.#tiles.select(id);
    this.#tell();
  }

  #tell(): void {
    const tile = this.#all.find(({ id }) => id === this.#tiles.selected);
    setText(this.#reading, tile === undefined ? HINT : describeTile(tile));
  }
}

/** Where the watermark belongs: drained, it is past everything; before all shards have delivered, before everything. */
function placeOf({ watermarks }: Picture, tiles: readonly Tile[]): number | undefined {
  const watermark = watermarks?.watermark;
  if (watermark !== undefined && isTime(watermark)) return watermark;
  if (tiles.length === 0) return undefined;
  return (watermark ?? 0) > 0
    ? tiles.reduce((latest, { end }) => Math.max(latest, Math.min(end, 8e15)), Number.NEGATIVE_INFINITY)
    : tiles.reduce((first, { start }) => Math.min(first, start), Number.POSITIVE_INFINITY);
}

/** How long windows are in the middle, of each definition. */
function lengthsOf(tiles: readonly Tile[]): number[] {
  return Map.groupBy(tiles, ({ window }) => window)
    .values()
    .map((each) => each.map(({ start, end }) => end - start).sort((a, b) => a - b))
    .map((lengths) => lengths[Math.floor(lengths.length / 2)] ?? 0)
    .toArray();
}

function watermarkText(watermark: number, isNarrow: boolean): string {
  if (!isTime(watermark)) return watermark > 0 ? 'drained' : 'waits for every shard';
  return isNarrow ? timeText(watermark, 1_000) : `${dateText(watermark)} ${timeText(watermark, 1_000)}`;
}
