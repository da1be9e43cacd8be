import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Examples import the package by its name, as a user's pipeline does; here the name means the sources.
  resolve: { alias: { mullion: fileURLToPath(new URL('./shared/mullion.ts', import.meta.url)) } },
  test: { include: ['test/**/*.test.ts'] },
});
