import type { Picture } from '../functions/api/schemas.ts';
import { Board } from './model/board.ts';
import { shortCount } from './model/number-text.ts';
import { readSelection, type Selection, writeSelection } from './model/selection.ts';
import { spanText } from './model/span-text.ts';
import { part, setAttributes, setText, element } from './view/element.ts';
import { Figures } from './view/figures.ts';
import { LineChart } from './view/line-chart.ts';
import { LiveLink, type LinkState } from './view/live-link.ts';
import { PaneTable } from './view/pane-table.ts';
import { TimePicture } from './view/time-picture.ts';

const LINKS: Readonly<Record<LinkState, string>> = { connecting: 'connecting', live: 'live', broken: 'no connection: trying again' };
const TYPING_MS = 250;

const figures = new Figures(part('figures', 'dl'));
const time = new TimePicture(part('time', 'div'), part('reading', 'p'));
const rate = new LineChart(part('rate', 'div'), { text: shortCount, isFilled: true });
const lag = new LineChart(part('lag', 'div'), { text: spanText, isFilled: false });
const panes = new PaneTable(part('panes', 'table'));
const pipelines = part('pipeline', 'select');
const windows = part('window', 'select');
const prefix = part('prefix', 'input');

let selection = readSelection(location.search);
let board = new Board();
const link = new LiveLink(show, (state) => {
  setText(part('link', 'p'), LINKS[state]);
  setAttributes(part('link', 'p'), { class: `link is-${state}` });
});

function show(picture: Picture): void {
  board.take(picture);
  const { state } = picture.pipeline;
  setText(part('state', 'p'), state);
  setAttributes(part('state', 'p'), { class: `chip is-${state}` });
  figures.show(picture, board.rates);
  time.show(picture, board.tiles, performance.now());
  const { samples } = board.rates;
  const rates = [{ name: 'events a second', values: samples.map(({ perSecond }) => perSecond) }];
  rate.show(
    samples.map(({ atMs }) => atMs),
    rates,
  );
  lag.show(
    board.lags.atMs,
    [...board.lags.byShard].map(([name, values]) => ({ name, values })),
  );
  panes.show(board.panes);
}

/** Looks at something else. */
function choose(change: Partial<Selection>): void {
  selection = { ...selection, ...change };
  history.replaceState(null, '', `dashboard${writeSelection(selection)}`);
  board = new Board();
  link.open(selection);
}

async function begin(): Promise<void> {
  const { pipelines: all } = (await (await fetch('status')).json()) as { pipelines: Picture['pipeline'][] };
  const known = all.some(({ id }) => id === selection.pipeline);
  const pipeline = known ? selection.pipeline : (all[0]?.id ?? '');
  pipelines.replaceChildren(...all.map(({ id }) => element('option', { value: id }, id)));
  pipelines.value = pipeline;
  await offerWindows(pipeline);
  windows.value = selection.window;
  prefix.value = selection.prefix;
  choose({ pipeline });
}

async function offerWindows(pipeline: string): Promise<void> {
  const { windows: defined } = (await (await fetch(`pipelines/${encodeURIComponent(pipeline)}`)).json()) as { windows: object };
  windows.replaceChildren(
    element('option', { value: '' }, 'all'),
    ...Object.keys(defined).map((name) => element('option', { value: name }, name)),
  );
}

let typing: ReturnType<typeof setTimeout> | undefined;
pipelines.addEventListener('change', () => {
  void offerWindows(pipelines.value);
  choose({ pipeline: pipelines.value, window: '' });
});
windows.addEventListener('change', () => choose({ window: windows.value }));
prefix.addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(() => choose({ prefix: prefix.value }), TYPING_MS);
});
part('zoom-out', 'button').addEventListener('click', () => time.zoom(1.5));
part('zoom-in', 'button').addEventListener('click', () => time.zoom(1 / 1.5));

await begin();
