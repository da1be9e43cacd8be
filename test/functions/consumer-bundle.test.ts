import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

/** What a function ships that imports these names from `mullion/consumer`. */
function bundle(names: string) {
  const { outputFiles, metafile } = buildSync({
    stdin: { contents: `import { ${names} } from 'mullion/consumer'; globalThis.used = [${names}];`, resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    conditions: ['mullion-source', 'module'],
    metafile: true,
    write: false,
  });
  return { bytes: outputFiles[0]?.contents.byteLength ?? 0, files: Object.keys(metafile.inputs) };
}

test.each([
  ['dropRepeats', 3_500],
  ['dropRepeats, freshPanes, readKinesisPanes', 5_500],
])('a consumer with %s ships no client of AWS, and little else', (names, bytesMax) => {
  const { bytes, files } = bundle(names);
  expect(files.filter((file) => !/^(?:shared\/consumer|functions\/consumer)\//.test(file))).toEqual(['<stdin>']);
  expect(bytes).toBeGreaterThan(1_000);
  expect(bytes).toBeLessThan(bytesMax);
});
