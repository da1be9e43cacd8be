/** Draws docs/dashboard-*.png anew: `node --conditions=mullion-source test/web/screenshots.ts [folder]`. */
import { join } from 'node:path';
import { pause } from '../../shared/adapters/pause.ts';
import { startChromium } from './chromium.ts';
import { purchasesOf } from './shop-day.ts';
import { ShopStack } from './shop-stack.ts';

const FOLDER = process.argv[2] ?? join(import.meta.dirname, '..', '..', 'docs', 'dashboard');
const SECONDS = Number(process.argv[3] ?? 45);
/** As much as a document shows. */
const CLIPS = { desk: { x: 0, y: 0, width: 1280, height: 1460 }, phone: { x: 0, y: 0, width: 390, height: 1210 } };
const EVENTS_A_SECOND = 120;

const stack = await ShopStack.start((trouble) => process.stderr.write(`${String(trouble)}\n`));
process.stderr.write(`${stack.address}/dashboard\n`);
const browser = await startChromium();
const open = async (width: number, height: number, colorScheme: 'light' | 'dark') => {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme, deviceScaleFactor: width < 500 ? 2 : 1 });
  page.on('console', (message) => process.stderr.write(`${message.text()}\n`));
  page.on('pageerror', (error) => process.stderr.write(`${error.message}\n`));
  await page.goto(`${stack.address}/dashboard`);
  return { page, name: `${width}-${colorScheme}.png` };
};
const pages = [];
for (let second = 0; second < SECONDS; second++) {
  if (second === 3)
    for (const scheme of ['light', 'dark'] as const) pages.push(await open(1280, 900, scheme), await open(390, 844, scheme));
  await stack.send(purchasesOf(Date.now(), EVENTS_A_SECOND + 60 * Math.sin(second / 4)));
  await pause(800);
}
for (const { page, name } of pages)
  await page.screenshot({ path: join(FOLDER, name), fullPage: true, clip: CLIPS[name.startsWith('390') ? 'phone' : 'desk'] });
await browser.close();
await stack.stop();
