import UPlot from 'uplot';
import { element } from './element.ts';

/** A line of a chart, as long as its moments. */
export interface Line {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

export interface ChartOptions {
  /** A number of the vertical axis, on which marks are so far apart. */
  readonly text: (value: number, step: number) => string;
  /** Steps of that axis; whatever is round where nothing is said. */
  readonly steps?: readonly number[];
  /** Whether it begins with 0. */
  readonly isFromZero: boolean;
  readonly isFilled: boolean;
}

const HEIGHT_PX = 150;
const SECOND_MS = 1_000;
const COLORS = ['--c1', '--c2', '--c3', '--c4', '--c5'] as const;

/** Lines over processing time, in the colours of the page. */
export class LineChart {
  readonly #place: HTMLElement;
  readonly #options: ChartOptions;
  #plot: UPlot | undefined;
  #names: readonly string[] = [];
  #colours = '';

  constructor(place: HTMLElement, options: ChartOptions) {
    this.#place = place;
    this.#options = options;
    new ResizeObserver(() => this.#plot?.setSize({ width: this.#width, height: HEIGHT_PX })).observe(place);
  }

  show(atMs: readonly number[], lines: readonly Line[]): void {
    const data = [atMs.map((at) => at / SECOND_MS), ...lines.map(({ values }) => [...values])] as UPlot.AlignedData;
    const names = lines.map(({ name }) => name);
    const colours = this.#colour('--c1') + this.#colour('--surface');
    if (this.#plot !== undefined && colours === this.#colours && names.join() === this.#names.join()) {
      this.#plot.setData(data);
      return;
    }
    this.#plot?.destroy();
    [this.#names, this.#colours] = [names, colours];
    this.#plot = new UPlot(this.#settings(names), data, this.#place);
  }

  get #width(): number {
    return Math.max(this.#place.clientWidth, 120);
  }

  #settings(names: readonly string[]): UPlot.Options {
    const { text, isFilled, isFromZero, steps } = this.#options;
    const axis = {
      stroke: this.#colour('--soft'),
      font: '12px system-ui',
      grid: { stroke: this.#colour('--line'), width: 1 },
      ticks: { show: false },
    };
    return {
      width: this.#width,
      height: HEIGHT_PX,
      legend: { show: names.length > 1, live: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      ...(isFromZero && { scales: { y: { range: (_plot, _min, max) => [0, Math.max(max, 1e-3) * 1.1] } } }),
      axes: [
        { ...axis, size: 28, space: 90, grid: { show: false }, values: (_plot, seconds) => seconds.map(clockText) },
        {
          ...axis,
          size: 58,
          space: 36,
          ...(steps && { incrs: [...steps] }),
          values: (_plot, values, _axis, _space, step) => values.map((value) => text(value, step)),
        },
      ],
      series: [
        {},
        ...names.map((label, index) => {
          const stroke = this.#colour(COLORS[index % COLORS.length] as string);
          return {
            label,
            stroke,
            width: 2,
            points: { show: false },
            ...(isFilled ? { fill: `color-mix(in srgb, ${stroke} 16%, transparent)` } : {}),
          };
        }),
      ],
    };
  }

  /** A canvas knows no custom properties, and nothing of `light-dark()`. */
  #colour(name: string): string {
    const probe = element('i', { hidden: true });
    probe.style.color = `var(${name})`;
    this.#place.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  }
}

/** `18:20:05`, as the clock on the wall here has it. */
function clockText(seconds: number): string {
  return new Date(seconds * SECOND_MS).toTimeString().slice(0, 8);
}
