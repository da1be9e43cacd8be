import { stripTypeScriptTypes } from 'node:module';
import { compileFunction } from 'node:vm';
import * as mullion from 'mullion';
import { TestDriver } from 'mullion/testing';
import { expect, test } from 'vitest';
import { type Page, pages, samples } from './pages.ts';

test('the decoder of docs/INPUT.md reads lines, and refuses a record with one that is none', async () => {
  const page = pages().find(({ path }) => path === 'docs/INPUT.md') as Page;
  const sample = samples(page, 'ts').find((code) => code.includes('decode: readLines')) ?? '';
  const body = stripTypeScriptTypes(sample.replaceAll(/^import .*$/gm, '').replace('export default', 'const made =')).concat(
    'return made;',
  );
  const readings = (compileFunction(body, Object.keys(mullion)) as (...of: unknown[]) => mullion.Pipeline)(...Object.values(mullion));
  const driver = new TestDriver(readings);
  await driver.send(['0,kitchen,20\n1000,kitchen,22\n', 'kitchen']);
  expect(await driver.drain()).toMatchObject([{ key: 'kitchen', value: { readings: 2, celsius: 21 } }]);
  expect(driver.sideOutput()).toMatchObject([
    { reason: { code: 'decode', message: 'decode threw Error: three fields are needed: kitchen' } },
  ]);
});
