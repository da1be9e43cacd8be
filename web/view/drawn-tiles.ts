import type { Band } from '../model/bands.ts';
import { shortCount } from '../model/number-text.ts';
import { lateFirings, type Tile, tileEvents, tileState } from '../model/tile.ts';
import { drawn, setAttributes, setText } from './element.ts';

const TEXT_PX = 40;
/** The name of the definition stands above. */
const NAME_PX = 26;

/** How times become places: pixels from the left end. */
export interface Scale {
  readonly x: (time: number) => number;
  readonly pixels: (ms: number) => number;
}

/** The windows in the picture. What stays is changed and not drawn anew, so that it moves. */
export class DrawnTiles {
  readonly place = drawn('g');
  readonly #known = new Map<string, SVGGElement>();
  #selected: string | undefined;

  get selected(): string | undefined {
    return this.#selected;
  }

  /** @param top Where the first band begins. */
  draw(tiles: readonly Tile[], bands: readonly Band[], top: number, scale: Scale): void {
    const byWindow = new Map(bands.map((band) => [band.window, band]));
    const left = new Set(this.#known.keys());
    for (const tile of tiles) {
      left.delete(tile.id);
      this.#drawTile(this.#known.get(tile.id) ?? this.#newTile(tile.id), tile, byWindow.get(tile.window) as Band, top, scale);
    }
    for (const id of left) {
      this.#known.get(id)?.remove();
      this.#known.delete(id);
    }
  }

  select(id: string): void {
    if (this.#selected !== undefined) this.#known.get(this.#selected)?.classList.remove('is-selected');
    this.#selected = id;
    this.#known.get(id)?.classList.add('is-selected');
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
    this.place.append(made);
    return made;
  }

  #drawTile(place: SVGGElement, tile: Tile, band: Band, bandsTop: number, { x, pixels }: Scale): void {
    const [frame, fill, text, late] = place.children as unknown as [SVGRectElement, SVGRectElement, SVGTextElement, SVGPathElement];
    const { top, levelHeight, color, eventsMax } = band;
    const width = Math.max(pixels(tile.end - tile.start) - 2, 2);
    const height = levelHeight - 4;
    const events = tileEvents(tile);
    setAttributes(place, {
      class: `tile c${color} is-${tileState(tile)}${tile.id === this.#selected ? ' is-selected' : ''}`,
      transform: `translate(${x(tile.start) + 1} ${bandsTop + top + NAME_PX + (tile.level ?? 0) * levelHeight})`,
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
}
