import type { Cost, Picture } from '../functions/api/schemas.ts';
import { Board } from './model/board.ts';
import { shortCount } from './model/number-text.ts';
import { readSelection, type Selection, writeSelection } from './model/selection.ts';
import { shardName } from './model/shard-name.ts';
import { spanText } from './model/span-text.ts';
import { STEPS_MS, timeText } from './model/time-axis.ts';
import { AccountBar } from './view/account-bar.ts';
import { Controls } from './view/controls.ts';
import { element, part, setAttributes, setText } from './view/element.ts';
import { FactList } from './view/fact-list.ts';
import { Figures } from './view/figures.ts';
import { KeyTable } from './view/key-table.ts';
import { LineChart } from './view/line-chart.ts';
import { LiveLink, type LinkState } from './view/live-link.ts';
import { paneTable } from './view/pane-table.ts';
import { refusalTable } from './view/refusal-table.ts';
import { ShardList } from './view/shard-list.ts';
import { offerThemes } from './view/theme.ts';
import { TimePicture } from './view/time-picture.ts';

const LINKS: Readonly<Record<LinkState, string>> = { connecting: 'connecting', live: 'live', broken: 'no connection, trying again' };
const TYPING_MS = 250;
const NOTICE_MS = 8_000;
const COST_EVERY_MS = 20_000;
const BEGIN_AGAIN_MS = 2_000;

const figures = new Figures(part('figures', 'dl'));
const time = new TimePicture(part('time', 'div'), part('reading', 'p'));
const rate = new LineChart(part('rate', 'div'), { text: shortCount, isFilled: true, isFromZero: true });
const lag = new LineChart(part('lag', 'div'), { text: spanText, isFilled: false, isFromZero: true });
const progress = new LineChart(part('progress', 'div'), { text: timeText, steps: STEPS_MS, isFilled: false, isFromZero: false });
const panes = paneTable(part('panes', 'table'));
const keys = new KeyTable(part('keys', 'table'), part('keys-first', 'button'), part('keys-next', 'button'));
const shards = new ShardList(part('shards', 'ul'));
const accounts = new AccountBar(part('accounts', 'div'));
const facts = new FactList(part('facts', 'dl'));
const refusals = refusalTable(part('refusals', 'table'));
const controls = new Controls(tell);
const pipelines = part('pipeline', 'select');
const windows = part('window', 'select');
const prefix = part('prefix', 'input');

let selection = readSelection(location.search);
let board = new Board();
let cost: Cost | undefined;
let costAskedAtMs = Number.NEGATIVE_INFINITY;
const link = new LiveLink(show, (state) => {
  setText(part('link', 'p'), LINKS[state]);
  setAttributes(part('link', 'p'), { class: `link is-${state}` });
});

function show(picture: Picture): void {
  board.take(picture);
  const { state, pending } = picture.pipeline;
  setText(part('state', 'p'), pending.length === 0 ? state : `${state}, asked to ${pending.at(-1)?.action}`);
  setAttributes(part('state', 'p'), { class: `chip is-${state}` });
  setText(document.querySelector('title') as Element, `${picture.pipeline.id} · Mullion`);
  controls.show(picture.pipeline);
  figures.show(picture, board.rates);
  time.show(picture, board.tiles, performance.now());
  drawCharts();
  panes.show(board.panes);
  refusals.show(picture.refusals);
  shards.show(picture.watermarks);
  accounts.show(picture.stats?.counts);
  facts.show(picture, cost);
  void keys.refresh();
  void learnCost();
}

function drawCharts(): void {
  const { samples } = board.rates;
  const perSecond = samples.map((sample) => sample.perSecond);
  const atMs = samples.map((sample) => sample.atMs);
  rate.show(atMs, [{ name: 'events a second', values: perSecond }]);
  const { atMs: lookedAtMs, byShard, isFar } = board.lags;
  const lags = [...byShard].map(([shard, values]) => ({ name: shardName(shard), values }));
  // How far a replay is behind says nothing; how it goes on does.
  setText(part('lag-title', 'h2'), isFar ? 'Watermarks, over the wall clock' : 'Watermarks, behind the wall clock');
  part('lag', 'div').hidden = isFar;
  part('progress', 'div').hidden = !isFar;
  if (!isFar) lag.show(lookedAtMs, lags);
  else
    progress.show(
      lookedAtMs,
      lags.map(({ name, values }) => ({
        name,
        values: values.map((lagMs, index) => (lagMs === null ? null : (lookedAtMs[index] ?? 0) - lagMs)),
      })),
    );
}

/** By the rate that has been seen. */
async function learnCost(): Promise<void> {
  const { mean } = board.rates;
  if (mean === undefined || performance.now() - costAskedAtMs < COST_EVERY_MS) return;
  costAskedAtMs = performance.now();
  const answer = await fetch(`pipelines/${encodeURIComponent(selection.pipeline)}/cost?rate=${mean}`).catch(() => undefined);
  if (answer?.ok === true) cost = (await answer.json()) as Cost;
}

/** Says something that happened. */
let telling: ReturnType<typeof setTimeout> | undefined;
function tell(sentence: string): void {
  const notice = part('notice', 'p');
  setText(notice, sentence);
  notice.hidden = false;
  clearTimeout(telling);
  telling = setTimeout(() => (notice.hidden = true), NOTICE_MS);
}

/** Looks at something else. */
function choose(change: Partial<Selection>): void {
  selection = { ...selection, ...change };
  history.replaceState(null, '', `dashboard${writeSelection(selection)}`);
  board = new Board();
  cost = undefined;
  costAskedAtMs = performance.now() - COST_EVERY_MS / 2;
  keys.choose(selection);
  link.open(selection);
}

/** Tries until the server is there. */
async function begin(): Promise<void> {
  try {
    const { pipelines: all } = await asked<{ pipelines: Picture['pipeline'][] }>('status');
    const known = all.some(({ id }) => id === selection.pipeline);
    const pipeline = known ? selection.pipeline : (all[0]?.id ?? '');
    pipelines.replaceChildren(...all.map(({ id }) => element('option', { value: id }, id)));
    pipelines.value = pipeline;
    await offerWindows(pipeline);
    windows.value = selection.window;
    prefix.value = selection.prefix;
    choose({ pipeline, window: windows.value });
  } catch {
    setText(part('link', 'p'), LINKS.broken);
    setAttributes(part('link', 'p'), { class: 'link is-broken' });
    setTimeout(() => void begin(), BEGIN_AGAIN_MS);
  }
}

async function offerWindows(pipeline: string): Promise<void> {
  const { windows: defined } = await asked<{ windows: object }>(`pipelines/${encodeURIComponent(pipeline)}`);
  windows.replaceChildren(
    element('option', { value: '' }, 'all'),
    ...Object.keys(defined).map((name) => element('option', { value: name }, name)),
  );
}

async function asked<T>(path: string): Promise<T> {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return (await answer.json()) as T;
}

let typing: ReturnType<typeof setTimeout> | undefined;
pipelines.addEventListener('change', () => {
  choose({ pipeline: pipelines.value, window: '', prefix: '' });
  prefix.value = '';
  offerWindows(pipelines.value).catch(() => tell('The windows of the pipeline could not be asked for; load the page again.'));
});
windows.addEventListener('change', () => choose({ window: windows.value }));
prefix.addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(() => choose({ prefix: prefix.value }), TYPING_MS);
});
part('zoom-out', 'button').addEventListener('click', () => time.zoom(1.5));
part('zoom-in', 'button').addEventListener('click', () => time.zoom(1 / 1.5));
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawCharts);
offerThemes(part('theme', 'button'), drawCharts);

await begin();
