import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiBundleRequest, BundledFunction, BundleRequest } from '../../functions/bundle.ts';

/** Nobody knows what would be defined: as with `checkDefinition: false`. */
export function evaluateDefinition(): undefined {
  return undefined;
}

/** As of a module. */
export function configuredRetention(): object {
  return {};
}

/** Stands in for the bundler where a test looks at the template alone, which does not depend on the code. */
export function bundleFunction({ kind, outdir }: BundleRequest): BundledFunction {
  return stub(kind, outdir);
}

export function bundleApi({ outdir }: ApiBundleRequest): BundledFunction {
  return stub('api', outdir);
}

function stub(kind: string, outdir: string): BundledFunction {
  const code = `export const handler = async () => '${kind}';\n`;
  mkdirSync(outdir, { recursive: true });
  const file = join(outdir, 'index.mjs');
  writeFileSync(file, code);
  return { file, sizeBytes: code.length };
}
