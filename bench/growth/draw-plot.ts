import { LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent, TitleComponent } from 'echarts/components';
import { init, setPlatformAPI, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Axis, Limit, Plot, Series } from './plot.ts';

use([LineChart, GridComponent, LegendComponent, MarkLineComponent, TitleComponent, SVGRenderer]);

// Without a browser nobody knows how wide a text is. Too wide an estimate leaves room, too narrow a one puts texts on each other.
const WIDTH_OF_LETTER = 0.58;
const FONT_SIZE = 12;
setPlatformAPI({
  measureText: (text, font) => ({ width: widthOf(text, Number.parseFloat(/[\d.]+(?=px)/.exec(font ?? '')?.[0] ?? String(FONT_SIZE))) }),
});

const WIDTH = 760;
const HEIGHT = 420;
const SYMBOL_WIDTH = 22;
const LEGEND_GAP = 14;
const LEGEND_ROW = 22;
const FONT = 'system-ui, sans-serif';
const INK = '#1f2328';
const FAINT = '#d8dee4';
const LIMIT = '#cf222e';
// Told apart by people who see no red or green. Source: Okabe and Ito, Color Universal Design.
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00'];
const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'roundRect', 'pin'];

/** A plot as SVG, with a ground of its own so that it can be read on a dark page. */
export function drawPlot({ title, x, y, series, limits = [] }: Plot): string {
  const chart = init(undefined, undefined, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    color: COLOURS,
    textStyle: { fontFamily: FONT, color: INK },
    title: { text: title, left: 12, top: 10, textStyle: { fontSize: 15, fontWeight: 600, color: INK } },
    legend: { top: 38, left: 8, itemWidth: SYMBOL_WIDTH, itemGap: LEGEND_GAP, textStyle: { color: INK, fontSize: FONT_SIZE } },
    grid: { left: 74, right: 28, top: 54 + LEGEND_ROW * legendRows(series), bottom: 52 },
    xAxis: axis(x, 30),
    yAxis: {
      ...axis(y, 56),
      // A limit is to be seen, however far it is.
      ...(limits.length === 0
        ? {}
        : { max: ({ max }: { readonly max: number }) => above(Math.max(max, ...limits.map(({ at }) => at)), y) }),
    },
    series: series.map(({ name, points }, index) => ({
      type: 'line',
      name,
      data: points,
      symbol: SYMBOLS[index % SYMBOLS.length],
      symbolSize: 7,
      lineStyle: { width: 2 },
      ...(index > 0 ? {} : { markLine: limitLines(limits) }),
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${withFixedNames(svg)}\n`;
}

function widthOf(text: string, fontSize: number): number {
  return text.length * WIDTH_OF_LETTER * fontSize;
}

function legendRows(series: readonly Series[]): number {
  const width = series.reduce((sum, { name }) => sum + SYMBOL_WIDTH + LEGEND_GAP + widthOf(name, FONT_SIZE), 0);
  return Math.ceil(width / (WIDTH - 2 * LEGEND_GAP));
}

function axis({ what, scale }: Axis, nameGap: number) {
  return {
    type: scale === 'log' ? 'log' : 'value',
    name: what,
    nameLocation: 'middle',
    nameGap,
    nameTextStyle: { color: INK, fontSize: FONT_SIZE },
    axisLabel: { color: INK, formatter: shortly },
    axisLine: { show: true, lineStyle: { color: INK } },
    splitLine: { lineStyle: { color: FAINT } },
    minorSplitLine: { show: false },
  };
}

/** A round number that is not below a value. */
function above(value: number, { scale }: Axis): number {
  const power = 10 ** Math.ceil(Math.log10(value));
  return scale === 'log' || value > power / 2 ? power : power / 2;
}

function limitLines(limits: readonly Limit[]) {
  return {
    silent: true,
    symbol: 'none',
    lineStyle: { color: LIMIT, type: 'dashed', width: 1.5 },
    data: limits.map(({ what, at }) => ({ yAxis: at, label: { formatter: what, position: 'insideStartTop', color: LIMIT, fontSize: 11 } })),
  };
}

const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 2, maximumSignificantDigits: 3 });

function shortly(value: number): string {
  return Math.abs(value) >= 1_000 ? short.format(value) : String(Number(value.toPrecision(3)));
}

/** The library numbers what it draws, from picture to picture: the same picture is to be the same text, whatever was drawn before it. */
function withFixedNames(svg: string): string {
  const names = new Map<string, string>();
  return svg.replaceAll(/\bzr\d+-[\w-]+/g, (name) => {
    if (!names.has(name)) names.set(name, `plot-${names.size}`);
    return names.get(name) as string;
  });
}
