import { readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { Page } from './api/page.ts';

const thisFile = fileURLToPath(import.meta.url);
const root = dirname(dirname(thisFile));
const web = join(root, 'web');
// What `writePage` in tools/ leaves in the installed package.
const BUILT = 'page.json';

/** The dashboard, ready to be served. In a checkout it is built, from web/; the installed package brings it along. */
export function bundlePage(): Page {
  return extname(thisFile) === '.ts' ? builtPage() : (JSON.parse(readFileSync(join(web, BUILT), 'utf8')) as Page);
}

function builtPage(): Page {
  return {
    html: readFileSync(join(web, 'index.html'), 'utf8'),
    icon: readFileSync(join(web, 'icon.svg'), 'utf8'),
    script: built('main.ts'),
    style: built('style.css'),
  };
}

function built(entry: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(web, entry)],
    absWorkingDir: root,
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'esm',
    // The first browsers that know `light-dark()`.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    charset: 'utf8',
    logLevel: 'silent',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}
