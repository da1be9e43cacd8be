import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

const sourceMapSchema = z.looseObject({ sources: z.array(z.string()) });

// Where the permission is not called as the operation is.
const ACTIONS: Readonly<Record<string, string>> = { 'lambda:Invoke': 'lambda:InvokeFunction' };

// Only with AWS_ENABLE_ENDPOINT_DISCOVERY, which nothing sets: DynamoDB has one endpoint a region.
const NEVER_SENT = ['dynamodb:DescribeEndpoints'];

/**
 * The actions that the code of a function can ask for. An operation of the SDK is in a bundle only when something in it makes its command, so the sources that a bundle was
 * made of tell; requests to S3 are not of the SDK, and stand in one file.
 */
export function bundledActions(bundle: (outdir: string) => unknown): string[] {
  const outdir = mkdtempSync(join(tmpdir(), 'mullion-actions-'));
  bundle(outdir);
  const maps = readdirSync(outdir, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.map'));
  const sources = maps.flatMap((path) => sourceMapSchema.parse(JSON.parse(readFileSync(join(outdir, path), 'utf8'))).sources);
  return [...new Set(sources.flatMap(actionsOf))].filter((action) => !NEVER_SENT.includes(action)).toSorted();
}

function actionsOf(source: string): string[] {
  const [, client, operation] = /@aws-sdk\/client-([\w-]+)\/.*\/commands\/(\w+)Command\.js$/.exec(source) ?? [];
  if (client !== undefined) return [ACTIONS[`${client}:${operation}`] ?? `${client}:${operation}`];
  if (!source.endsWith('shared/adapters/s3/s3-object-store.ts')) return [];
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'shared', 'adapters', 's3', 's3-object-store.ts'), 'utf8');
  const methods = [...text.matchAll(/\.send\('(\w+)'/g)].map(([, method = '']) => method);
  return methods.map((method) => `s3:${method.charAt(0)}${method.slice(1).toLowerCase()}Object`);
}
