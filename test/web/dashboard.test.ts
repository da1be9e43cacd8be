import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { unexpected } from '../local/unexpected.ts';
import { CHROMIUM, startChromium } from './chromium.ts';
import type { Purchase } from './examples/shop.ts';
import { ShopStack } from './shop-stack.ts';

if (CHROMIUM === undefined) process.stderr.write('the dashboard is not tried out: there is no Chromium here\n');

const SECOND_MS = 1_000;
const WAIT = { timeout: 15_000, interval: 50 };

let stack: ShopStack;
let browser: Browser;
let page: Page;
/** What the page complained of. */
const complaints: string[] = [];

const bought = (at: number, store: string, user = store): Purchase => ({ at, store, user, amount: 1 });

/** Two shards, each with a customer: whatever one says, time goes on for both. */
async function buy(at: number, ...stores: string[]): Promise<void> {
  await stack.send(stores.flatMap((store) => ['anna', 'bert', 'cara', 'dora', 'emil'].map((user) => bought(at, store, user))));
  await stack.system.caughtUp();
}

async function newPage(options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
  const made = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  made.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  made.on('pageerror', ({ message }) => complaints.push(message));
  await made.goto(`${stack.address}/`);
  await made.locator('#link.is-live').waitFor();
  return made;
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
    expect(await page.locator('.watermark text').textContent()).toBe('1 Jan 1970 00:00:05');
    await vi.waitFor(
      async () =>
        expect(await page.locator('#panes tbody tr').allTextContents()).toContainEqual(expect.stringMatching(/stores.*oslo.*15.*on time/)),
      WAIT,
    );
    expect(await page.locator('#figures').textContent()).toContain('Unaccounted for0');
  });

  test('never complains', () => {
    expect(complaints).toEqual([]);
  });
});
