#!/usr/bin/env node
// Plain JavaScript that any Node can parse, so that an old one gets a sentence instead of a syntax error.
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';

const [major] = process.versions.node.split('.').map(Number);
if (major < 24 || nodeModule.registerHooks === undefined) {
  process.stderr.write(`mullion: this is Node ${process.versions.node}; Node 24 or newer is needed (the Lambda runtime nodejs24.x).\n`);
  process.exit(1);
}

// The next start, and the tab key, need not compile again what has not changed.
nodeModule.enableCompileCache();

const source = new URL('../cli/main.ts', import.meta.url);
if (existsSync(source)) {
  // A checkout runs its TypeScript as it stands: nothing is built, nothing can be stale.
  // The condition lets pipelines import 'mullion' and get the same sources.
  nodeModule.registerHooks({
    resolve: (specifier, context, next) => next(specifier, { ...context, conditions: [...context.conditions, 'mullion-source'] }),
  });
  await import(source.href);
} else {
  await import(new URL('../dist/cli/main.js', import.meta.url).href);
}
