import { formatCount } from '../run/summary.ts';
import type { Page } from '../../shared/view/page.ts';
import { WindowQueries } from '../../shared/view/window-queries.ts';
import { printable } from '../printable.ts';
import { inColumns } from './columns.ts';
import { fitted, terminalWidth } from './fitted.ts';
import { period } from './pane-line.ts';
import { ResultColumns } from './result-columns.ts';
import { openView } from './open-view.ts';
import type { ViewOptions } from './view-options.ts';
import { windowsMeant } from './windows-meant.ts';

export interface WindowsCommandOptions extends ViewOptions {
  readonly window?: string;
  readonly prefix?: string;
  readonly limit: number;
}

/**
 * `mullion windows`: what is open, and with `--prefix` what it holds of some keys.
 *
 * @throws {CommandError} when pipeline or table cannot be used, or there is no such window.
 */
export async function windowsCommand(path: string, options: WindowsCommandOptions): Promise<void> {
  const view = await openView(path, options);
  const queries = new WindowQueries(view.pipeline, view);
  const { prefix, limit, json } = options;
  const rows: Row[] = [];
  let left = limit;
  let isWhole = true;
  for (const window of windowsMeant(view.pipeline, options.window)) {
    if (left === 0) {
      isWhole = false;
      break;
    }
    const {
      items,
      rows: shown,
      isCurrent,
      next,
    } = await (prefix === undefined ? open(queries, window, left) : ofKeys(queries, window, prefix, left));
    if (json === true) for (const item of items) process.stdout.write(`${JSON.stringify({ window, ...item })}\n`);
    else rows.push(...shown);
    left -= items.length;
    isWhole &&= isCurrent && next === undefined;
  }
  for (const line of linesOf(rows)) process.stdout.write(`${line}\n`);
  if (left === limit && json !== true) process.stderr.write('nothing is open\n');
  if (!isWhole) process.stderr.write(`there may be more than the ${formatCount(limit)} shown; give --limit, --window or --prefix\n`);
}

/** What stands in columns, and what a window holds where that was asked for. */
interface Row {
  readonly cells: string[];
  readonly window: string;
  readonly value?: object;
}

interface Shown extends Pick<Page<object, unknown>, 'items' | 'isCurrent' | 'next'> {
  readonly rows: Row[];
}

async function open(queries: WindowQueries, window: string, limit: number): Promise<Shown> {
  const page = await queries.windows(window, limit);
  const rows = page.items.map(({ start, end, key, keys, events }) => {
    const whose = key === undefined ? `${formatCount(keys)} ${keys === 1 ? 'key' : 'keys'}` : printable(key);
    return { window, cells: [period(start, end), window, whose, eventsOf(events)] };
  });
  return { ...page, rows };
}

async function ofKeys(queries: WindowQueries, window: string, prefix: string, limit: number): Promise<Shown> {
  const page = await queries.ofKeys(window, prefix, limit);
  const rows = page.items.map(({ key, start, end, content: { count, value } }) => {
    return { window, value, cells: [period(start, end), window, printable(key), eventsOf(count)] };
  });
  return { ...page, rows };
}

function linesOf(rows: readonly Row[]): string[] {
  const heads = inColumns(rows.map(({ cells }) => cells));
  const results = new ResultColumns();
  const cells = () => rows.map(({ window, value = {} }) => results.cells(window, value));
  // By the first look at them all, columns know how wide they are.
  cells();
  const headWidth = Math.max(...heads.map(({ length }) => length));
  const width = terminalWidth();
  return cells().flatMap((each, index) => fitted((heads[index] ?? '').padEnd(headWidth), each, width));
}

function eventsOf(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'event' : 'events'}`;
}
