import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  // Examples import the package by its name, as a user's pipeline does; here the name means the sources.
  resolve: { alias: { 'mullion/testing': source('./shared/testing/test-driver.ts'), mullion: source('./shared/mullion.ts') } },
  test: { include: ['test/**/*.test.ts'], globalSetup: ['test/temporary-files.ts'], testTimeout: 20_000 },
});
