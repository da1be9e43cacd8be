import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// They look at templates alone, with the same stub in the place of the bundler.
const TEMPLATES = ['test/infra/**/*.test.ts'];
// They put something else in the place of a module, or look at what a process has but once: its environment, its output, its memory.
const APART = [
  'test/functions/**/*.test.ts',
  'test/hostile/**/*.test.ts',
  'test/infra/{app,definition-check,pane-columns,permissions,synth}.test.ts',
  'test/local/load.test.ts',
];

export default defineConfig({
  // Examples import the package by its name, as a user's pipeline does; here the name means the sources.
  resolve: { alias: { 'mullion/testing': source('./shared/testing/test-driver.ts'), mullion: source('./shared/mullion.ts') } },
  test: {
    globalSetup: ['test/temporary-files.ts'],
    testTimeout: 20_000,
    // Many wait most of their time: for emulators, processes, and answers that are late on purpose.
    maxWorkers: 2 * availableParallelism(),
    projects: [
      // Loading everything anew for each file takes longer than most of them.
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...TEMPLATES, ...APART],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'templates', include: TEMPLATES, exclude: [...configDefaults.exclude, ...APART], isolate: false } },
      { extends: true, test: { name: 'apart', include: APART } },
    ],
  },
});
