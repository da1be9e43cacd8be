import type { Picture } from '../../functions/api/schemas.ts';
import { LagHistory } from './lag-history.ts';
import { levelled } from './levels.ts';
import { RateHistory } from './rate-history.ts';
import { type Tile, tileId } from './tile.ts';

type FiredPane = Picture['panes'][number];

const PANES_KEPT = 40;
// Of each window definition.
const TILES_KEPT = 120;

/** Everything that the page knows: pictures, put together. However long it runs and however many keys there are, it holds about as much. */
export class Board {
  readonly rates = new RateHistory();
  readonly lags = new LagHistory();
  #picture: Picture | undefined;
  #panes: readonly FiredPane[] = [];
  #tiles = new Map<string, Tile>();

  /** The newest one. */
  get picture(): Picture | undefined {
    return this.#picture;
  }

  /** Newest first, each once. */
  get panes(): readonly FiredPane[] {
    return this.#panes;
  }

  /** By window definition, then by start. */
  get tiles(): readonly Tile[] {
    return [...this.#tiles.values()];
  }

  take(picture: Picture): void {
    if (this.#hasBegunAnew(picture)) this.#forget();
    this.#picture = picture;
    this.rates.take(picture.nowMs, picture.stats?.counts.read ?? 0);
    if (picture.watermarks !== undefined) this.lags.take(picture.nowMs, picture.watermarks);
    const seen = new Set(this.#panes.map(({ id }) => id));
    this.#panes = [...picture.panes.filter(({ id }) => !seen.has(id)), ...this.#panes].slice(0, PANES_KEPT);
    this.#tiles = this.#tiled(picture);
  }

  /** Another pipeline of the same name stands there, or another sight of it is asked for. */
  #forget(): void {
    this.#panes = [];
    this.#tiles = new Map();
    this.rates.forget();
    this.lags.forget();
  }

  /** What has been read never becomes less. */
  #hasBegunAnew({ stats }: Picture): boolean {
    return (stats?.counts.read ?? 0) < (this.#picture?.stats?.counts.read ?? 0);
  }

  #tiled({ windows, fired }: Picture): Map<string, Tile> {
    const tiles = new Map<string, Tile>();
    // What was open and is not any more has closed, or has become part of another.
    for (const [id, tile] of this.#tiles) if (tile.firings.length > 0) tiles.set(id, { ...tile, open: undefined });
    for (const { window, start, end, key, keys, events } of windows) {
      const id = tileId({ window, start, key });
      tiles.set(id, {
        firings: [],
        level: undefined,
        isCrowded: false,
        ...this.#tiles.get(id),
        id,
        window,
        start,
        end,
        key,
        open: { keys, events },
      });
    }
    for (const { window, start, end, key, timing, panes, events, lane, epoch } of fired) {
      const id = tileId({ window, start, key });
      const tile = tiles.get(id) ?? { id, window, start, end, key, open: undefined, level: undefined, isCrowded: false, firings: [] };
      if (tile.firings.some((each) => each.lane === lane && each.epoch === epoch && each.timing === timing)) continue;
      tiles.set(id, { ...tile, end, firings: [...tile.firings, { timing, panes, events, lane, epoch }] });
    }
    return levelled(newestOf([...tiles.values()]));
  }
}

/** The last to end, of each window definition. What was open for no line can be drawn on none once it has closed. */
function newestOf(tiles: readonly Tile[]): Tile[] {
  return [...Map.groupBy(tiles, ({ window }) => window)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, each]) => {
      const byEnd = each.sort((a, b) => a.end - b.end || a.start - b.start);
      const isDrawn = ({ level, isCrowded }: Tile) => level !== undefined || !isCrowded;
      return [...byEnd.filter(isDrawn).slice(-TILES_KEPT), ...byEnd.filter((tile) => !isDrawn(tile) && tile.open !== undefined)];
    });
}
