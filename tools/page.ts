/** Builds the dashboard into the package, as `npm run build` does with everything else. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundlePage } from '../functions/bundle-page.ts';

const folder = join(import.meta.dirname, '..', 'dist', 'web');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'page.json'), JSON.stringify(bundlePage()));
