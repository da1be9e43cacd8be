import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pages, ROOT } from './pages.ts';

const source = readFileSync(join(ROOT, 'infra', 'constructs', 'window-pipeline-props.ts'), 'utf8');
const [, declared = ''] = /export interface WindowPipelineProps \{\n(.*?)\n\}\n/s.exec(source) ?? [];
const props = [...declared.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name = '']) => name);
const deploy = pages().find(({ path }) => path === 'docs/DEPLOY.md')?.text ?? '';
const [, table = ''] = /^\| prop \| default \| \|\n(.*?)\n\n/ms.exec(deploy) ?? [];

it('the page on deployment has a row for every prop, and for no other', () => {
  expect(props.length).toBeGreaterThan(30);
  expect([...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name = '']) => name).toSorted()).toEqual(props.toSorted());
});

it('every prop says what it is by default', () => {
  const comments = declared.split(/^ {2}readonly \w+\?:.*$/m).slice(0, -1);
  expect(comments.filter((comment) => !comment.includes('@default'))).toEqual([]);
  expect(comments).toHaveLength(props.length - 1);
});
