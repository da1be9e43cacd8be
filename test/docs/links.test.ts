import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { anchors, type Page, pages, prose, resolved, ROOT } from './pages.ts';

// `[…](path)`, pictures included; addresses of the web are not asked for.
const LINK = /\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]*))?\)/g;
// `shared/log/keys.ts` in backquotes: a place from the root. Names of tables and patterns are none.
const PLACE = /`((?:bench|cli|docs|examples|functions|infra|local|shared|test|tools)\/[\w./-]+)`/g;

const all = pages();

function broken(page: Page): string[] {
  return [...prose(page).matchAll(LINK)].flatMap(([link, path = '', anchor]) => {
    const target = path === '' ? page.path : resolved(page, path);
    if (!existsSync(join(ROOT, target))) return [link];
    const linked = path === '' ? page : all.find((each) => each.path === target);
    return anchor === undefined || (linked !== undefined && anchors(linked).includes(anchor)) ? [] : [link];
  });
}

describe.each(all)('$path', (page) => {
  test('has no link that leads nowhere', () => {
    expect(broken(page)).toEqual([]);
  });

  test('names no file that is not there', () => {
    const places = [...prose(page).matchAll(PLACE)].map(([, place = '']) => place);
    expect(places.filter((place) => !existsSync(join(ROOT, place)))).toEqual([]);
  });
});

test('every page is reached from the README', () => {
  const reached = new Set(['README.md']);
  for (const path of reached) {
    const page = all.find((each) => each.path === path);
    if (page !== undefined) for (const [, link = ''] of page.text.matchAll(LINK)) reached.add(resolved(page, link));
  }
  // A folder shows what is in it.
  expect(all.filter(({ path }) => !reached.has(path) && !reached.has(join(path, '..')))).toEqual([]);
});

test('a link to a file or a heading that is not there would be found', () => {
  const text = '# A page\n[a](PANES.md) [b](NONE.md) [c](#a-page) [d](#none) [e](TRUST.md#none) [f](https://none.example)';
  expect(broken({ path: 'docs/PANES.md', text })).toEqual(['](NONE.md)', '](#none)', '](TRUST.md#none)']);
});
