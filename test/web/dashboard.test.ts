import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { unexpected } from '../local/unexpected.ts';
import { CHROMIUM, startChromium } from './chromium.ts';
import type { Purchase } from './examples/shop.ts';
import { ShopStack } from './shop-stack.ts';

if (CHROMIUM === undefined) process.stderr.write('the dashboard is not tried out: there is no Chromium here\n');

const SECOND_MS = 1_000;
const WAIT = { timeout: 20_000, interval: 50 };
/** What has the focus, as a page is asked. */
const FOCUSED = "document.activeElement.id || document.activeElement.getAttribute('class')";
// Some on each of two shards, so that whatever they buy time goes on for both.
const CUSTOMERS = ['anna', 'bert', 'cara', 'dora', 'emil'];

let stack: ShopStack;
let browser: Browser;
let page: Page;
/** What pages complained of. */
const complaints: string[] = [];

async function buy(at: number, ...stores: string[]): Promise<void> {
  await send(stores.flatMap((store) => CUSTOMERS.map((user) => ({ at, store, user, amount: 1 }))));
}

async function send(events: readonly (Purchase | string)[]): Promise<void> {
  await stack.send(events, 10_000);
  await stack.system.caughtUp();
}

async function newPage(options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
  const made = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  made.on('console', (message) => {
    // That a server is away is no fault of the page.
    if (message.type() === 'error' && !message.text().includes('net::ERR')) complaints.push(message.text());
  });
  made.on('pageerror', ({ message }) => complaints.push(message));
  await made.goto(`${stack.address}/`);
  await made.locator('#link.is-live').waitFor();
  return made;
}

async function isState(state: string): Promise<void> {
  await vi.waitFor(async () => {
    const [pipeline] = ((await (await fetch(`${stack.address}/status`)).json()) as { pipelines: object[] }).pipelines;
    expect(pipeline).toMatchObject({ state, pending: [] });
  }, WAIT);
  await page.locator(`#state.is-${state}`).waitFor();
}

describe.skipIf(CHROMIUM === undefined)('the dashboard, in a browser, on the local stack', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([ShopStack.start(unexpected), startChromium()]);
    await buy(0, 'oslo', 'riga');
    page = await newPage();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  }, 60_000);

  test('shows windows that open and fill, the watermark that goes over them, and the panes that they leave', async () => {
    await page.locator('.tile.is-open').first().waitFor();
    await buy(3 * SECOND_MS, 'oslo', 'oslo');
    await vi.waitFor(async () => expect(await page.locator('.tile.c1 .events').allTextContents()).toContain('20'), WAIT);
    await buy(8 * SECOND_MS, 'oslo');
    await page.locator('.tile.c1.is-settled').first().waitFor();
    await vi.waitFor(async () => expect(await page.locator('.watermark text').textContent()).toBe('1 Jan 1970 00:00:05'), WAIT);
    const panes = () => page.locator('#panes tbody tr').allTextContents();
    await vi.waitFor(async () => expect(await panes()).toContainEqual(expect.stringMatching(/stores.*oslo.*15.*on time/)), WAIT);
    expect(await page.locator('#figures').textContent()).toContain('Unaccounted for0');
    expect(await page.locator('#shards').textContent()).toMatch(/shard 0.*behind.*shard 1.*behind/);
  });

  test('marks a window that fires again, and tells what was late or rejected, and why', async () => {
    await send([{ at: 4 * SECOND_MS, store: 'oslo', user: 'anna', amount: 1 }, '{"at": "yesterday"}']);
    await buy(20 * SECOND_MS, 'oslo');
    await buy(1 * SECOND_MS, 'riga');
    await page.locator('.tile.c1 .late[d]').first().waitFor();
    await page.locator('.refusals path').first().waitFor();
    const refusals = () => page.locator('#refusals tbody tr').allTextContents();
    await vi.waitFor(async () => {
      expect(await refusals()).toContainEqual(expect.stringMatching(/^rejectedtimestamp.*\{"at": "yesterday"\}$/));
      expect(await refusals()).toContainEqual(expect.stringMatching(/^latelate.*stores/));
    }, WAIT);
    expect(await page.locator('#figures').textContent()).toContain('Late5');
  });

  test('looks at one window, and at keys that begin so, and keeps that in its address', async () => {
    await page.locator('#window').selectOption('stores');
    await page.locator('#prefix').fill('os');
    await vi.waitFor(async () => {
      expect(new URL(page.url()).search).toBe('?pipeline=shop&window=stores&prefix=os');
      expect(await page.locator('#keys tbody tr').allTextContents()).toEqual([expect.stringMatching(/stores.*oslo.*5/)]);
      expect(new Set(await page.locator('#panes tbody .key').allTextContents())).toEqual(new Set(['oslo']));
      expect(await page.locator('.name').allTextContents()).toEqual(['stores']);
    }, WAIT);
    await page.reload();
    await page.locator('#link.is-live').waitFor();
    expect(await page.locator('#prefix').inputValue()).toBe('os');
    await page.goto(`${stack.address}/dashboard`);
    await page.locator('#link.is-live').waitFor();
  });

  test('pauses and resumes, but not before it was confirmed', async () => {
    await page.locator('#pause').click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await (await fetch(`${stack.address}/pipelines/shop`)).json()).toMatchObject({ state: 'running', pending: [] });
    for (const [label, state] of [
      ['Pause', 'paused'],
      ['Resume', 'running'],
    ] as const) {
      await page.getByRole('button', { name: `${label}…` }).click();
      await page.getByRole('dialog').getByRole('button', { name: label, exact: true }).click();
      await isState(state);
    }
    expect(await page.locator('#notice').textContent()).toContain('The next firing obeys');
  });

  test('writes the state down when it is asked to', async () => {
    expect(await page.locator('#facts').textContent()).toContain('no snapshot yet');
    await page.locator('#checkpoint').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Checkpoint', exact: true }).click();
    await vi.waitFor(async () => expect(await page.locator('#facts').textContent()).toMatch(/\d (?:B|KB) in the newest snapshot/), WAIT);
  });

  test('drains nothing before the name was typed', async () => {
    await page.locator('#drain').click();
    const yes = page.getByRole('dialog').getByRole('button', { name: 'Drain', exact: true });
    expect(await yes.isDisabled()).toBe(true);
    await page.getByLabel('Type shop').fill('shop');
    expect(await yes.isDisabled()).toBe(false);
    await page.keyboard.press('Escape');
    expect(await (await fetch(`${stack.address}/pipelines/shop`)).json()).toMatchObject({ state: 'running', pending: [] });
  });

  test('can be used by keyboard alone', async () => {
    const fresh = await newPage();
    await fresh.keyboard.press('Tab');
    expect(await fresh.evaluate('document.activeElement.textContent')).toBe('Skip to the windows');
    const reached: string[] = [];
    for (let presses = 0; presses < 16; presses++) {
      await fresh.keyboard.press('Tab');
      reached.push(await fresh.evaluate<string>(FOCUSED));
    }
    expect(reached.slice(0, 10)).toEqual([
      'pipeline',
      'pause',
      'checkpoint',
      'drain',
      'theme',
      'window',
      'prefix',
      'zoom-out',
      'zoom-in',
      'time',
    ]);
    await fresh.locator('svg.time').focus();
    await fresh.keyboard.press('ArrowRight');
    await vi.waitFor(async () => expect(await fresh.locator('#reading').textContent()).toMatch(/^(stores|trend|visits), .* events?/), WAIT);
    const first = await fresh.locator('#reading').textContent();
    await fresh.keyboard.press('ArrowLeft');
    await fresh.keyboard.press('ArrowUp');
    expect(await fresh.locator('#reading').textContent()).not.toBe(first);
    await fresh.locator('#pause').focus();
    await fresh.keyboard.press('Enter');
    await fresh.locator('dialog[open]').waitFor();
    await fresh.keyboard.press('Escape');
    await fresh.locator('dialog[open]').waitFor({ state: 'detached' });
    expect(await fresh.evaluate(FOCUSED)).toBe('pause');
    await fresh.close();
  });

  test('connects again when the server was away, and goes on without being loaded anew', async () => {
    await page.evaluate("document.body.dataset.loaded = 'once'");
    await stack.without(async () => {
      await page.locator('#link.is-broken').waitFor();
      await buy(40 * SECOND_MS, 'gdansk');
    });
    await page.locator('#link.is-live').waitFor({ timeout: 20_000 });
    await vi.waitFor(async () => expect(await page.locator('.watermark text').textContent()).toBe('1 Jan 1970 00:00:37'), WAIT);
    expect(await page.locator('body').getAttribute('data-loaded')).toBe('once');
  });

  test('shows as much of ten thousand keys as fits on a page', async () => {
    const elements = () => page.evaluate<number>('document.querySelectorAll("*").length');
    const before = await elements();
    await send(
      Array.from({ length: 10_000 }, (_each, index) => ({ at: 60 * SECOND_MS, store: `store-${index}`, user: `user-${index}`, amount: 1 })),
    );
    await vi.waitFor(async () => expect(await page.locator('#figures').textContent()).toMatch(/Events read10(\.\d)?K/), WAIT);
    await page.locator('.tile.c1 .events').getByText('10K').or(page.locator('.tile.c1 .events').getByText('10,000')).first().waitFor();
    await buy(120 * SECOND_MS, 'oslo');
    await vi.waitFor(
      async () => expect(await page.locator('#panes tbody tr').allTextContents()).toContainEqual(expect.stringContaining('store-99')),
      WAIT,
    );
    expect(await elements()).toBeLessThan(before + 1_000);
    expect(await page.locator('#panes tbody tr').count()).toBe(40);
    expect(await page.locator('#keys tbody tr').count()).toBeLessThanOrEqual(30);
    expect(await page.locator('.tile').count()).toBeLessThanOrEqual(360);
  });

  test.each(['light', 'dark'] as const)('can be read on a phone, by everybody: %s', async (colorScheme) => {
    const phone = await newPage({ viewport: { width: 390, height: 844 }, colorScheme });
    await phone.locator('.tile').first().waitFor();
    expect(await phone.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await phone.evaluate(axe.source);
    const { violations } = await phone.evaluate<axe.AxeResults>('axe.run()');
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 150)).join('\n')}`)).toEqual([]);
    await phone.close();
  });

  test('runs and loads nothing but its own', async () => {
    const answer = await fetch(`${stack.address}/dashboard`);
    const policy = answer.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(await answer.text()).not.toMatch(/<script(?![^>]* src="dashboard\/)|https?:| style=| on\w+=/);
    const again = await fetch(`${stack.address}/dashboard`, { headers: { 'if-none-match': answer.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });

  test('drains, when the name was typed: all that was open leaves, and nothing can be asked any more', async () => {
    await page.locator('#drain').click();
    await page.getByLabel('Type shop').fill('shop');
    await page.getByRole('dialog').getByRole('button', { name: 'Drain', exact: true }).click();
    await isState('drained');
    await vi.waitFor(async () => expect(await page.locator('#figures').textContent()).toMatch(/Open windows00 by key/), WAIT);
    expect(await page.locator('#figures').textContent()).toContain('Unaccounted for0');
    for (const button of ['pause', 'checkpoint', 'drain']) expect(await page.locator(`#${button}`).isDisabled()).toBe(true);
  });

  test('never complains', () => {
    expect(complaints).toEqual([]);
  });
});
