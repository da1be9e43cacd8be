import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

/** A document of the repository. */
export interface Page {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

/** README and everything in `docs/`. */
export function pages(): Page[] {
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.md'));
  return ['README.md', ...docs.map((path) => join('docs', path))]
    .sort()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

/** The samples of a language, in order. */
export function samples({ text }: Page, language: string): string[] {
  return [...text.matchAll(/^```(\w*)\n(.*?)^```/gms)].filter(([, of]) => of === language).map(([, , sample = '']) => sample);
}

/** A page without its samples. */
export function prose({ text }: Page): string {
  return text.replaceAll(/^```.*?^```/gms, '');
}

/** What GitHub calls the places of a page's headings. */
export function anchors(page: Page): string[] {
  return [...prose(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  );
}

/** A path that stands in a page, from the root of the repository. */
export function resolved(page: Page, path: string): string {
  return relative(ROOT, join(ROOT, page.path, '..', path));
}
