import { stripTypeScriptTypes } from 'node:module';
import { compileFunction } from 'node:vm';
import { PartlyTakenError, type PaneSink, sinkHandler } from '../../functions/sinks/sinks.ts';
import { expect, test } from 'vitest';
import { paneOf } from '../fixtures/pane-of.ts';
import { type Page, pages, samples } from './pages.ts';

test('the sink of docs/SINKS.md brings panes on by their ids, and says how far it came', async () => {
  const page = pages().find(({ path }) => path === 'docs/SINKS.md') as Page;
  const sample = samples(page, 'ts').find((code) => code.includes('class Ledger')) ?? '';
  const body = stripTypeScriptTypes(sample.replaceAll(/^import .*$/gm, '').replace(/^export const handler.*$/m, '')).concat(
    'return new Ledger();',
  );
  const asked: string[] = [];
  const ledger = async (url: string) => {
    asked.push(decodeURIComponent(url.split('/').at(-1) ?? ''));
    return { ok: asked.length < 3, status: 503 };
  };
  const sink = (compileFunction(body, ['fetch', 'PartlyTakenError', 'sinkHandler']) as (...given: unknown[]) => PaneSink)(
    ledger,
    PartlyTakenError,
    sinkHandler,
  );
  const panes = ['a', 'b', 'c', 'd'].map((key, place) => paneOf({ key, place }));
  await expect(sink.put(panes)).rejects.toThrow(new PartlyTakenError(2, new Error('the ledger said 503')));
  expect(asked).toEqual(panes.slice(0, 3).map(({ id }) => id));
});
