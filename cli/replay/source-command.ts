import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import { kinesisClient } from '../../shared/adapters/kinesis/kinesis-client.ts';
import { sendEvents, type SentEvents } from '../../shared/adapters/sources/send-events.ts';
import type { EventSource } from '../../shared/ports/event-source.ts';
import { reasonOf, targetOf } from '../aws-target.ts';
import { CommandError, UsageError } from '../command-error.ts';
import { importModule } from '../import-module.ts';
import { interruptible } from '../interruptible.ts';
import { printable } from '../printable.ts';
import { formatCount } from '../run/summary.ts';
import type { ReplayCommandOptions } from './replay-options.ts';

const MODULE = /\.[cm]?[jt]s$/;
const Stored = z.object({ version: z.literal(1), source: z.string(), stream: z.string(), position: z.string() });

/** Whether a path is that of a module, whose default export is a source, and of no file with events. */
export function isSourceModule(path: string): boolean {
  return MODULE.test(path);
}

/**
 * `mullion replay` of a source: its events onto a Kinesis stream, for as long as it has some.
 *
 * @throws {CommandError} when source, stream or position cannot be used.
 */
export async function sourceCommand(path: string, options: ReplayCommandOptions): Promise<void> {
  const { stream: streamName, endpoint, json, restart } = options;
  if (streamName === undefined) throw new UsageError('a source goes onto a Kinesis stream: say --stream <name>');
  if (options.pipeline ?? options.time ?? options.key ?? options.format)
    throw new UsageError(
      `${path}: a source says itself what its events are and under which key they go; leave out --pipeline, --time, --key and --format`,
    );
  const source = await loadSource(path);
  const file = options.position ?? `${path}.${streamName}.position`;
  const subject = { source: resolve(path), stream: streamName };
  const after = restart === true ? undefined : readPosition(file, subject);
  if (after !== undefined) say(`${path}: going on behind ${after}`);
  await interruptible(async (signal) => {
    const client = kinesisClient(targetOf(endpoint));
    const onSent = ({ position }: SentEvents) => writePosition(file, subject, position);
    try {
      const { sent, position } = await sendEvents(source, { client, streamName, after, signal, onSent });
      if (!signal.aborted) rmSync(file, { force: true });
      if (json === true) process.stdout.write(`${JSON.stringify({ events: sent, position, complete: !signal.aborted })}\n`);
      else say(`${formatCount(sent)} events to stream '${streamName}'${signal.aborted ? `, stopped behind ${position ?? 'none'}` : ''}`);
    } catch (error) {
      throw new CommandError(`${path}: ${reasonOf(error)}`, { cause: error });
    } finally {
      client.destroy();
    }
  });
}

async function loadSource(path: string): Promise<EventSource> {
  let loaded: { readonly default?: unknown };
  try {
    loaded = await importModule(path);
  } catch (error) {
    throw new CommandError(`${path}: it cannot be loaded: ${reasonOf(error)}`, { cause: error });
  }
  const { default: source } = loaded;
  if (typeof source === 'object' && source !== null && 'read' in source && typeof source.read === 'function') return source as EventSource;
  throw new CommandError(`${path}: its default export must be a source, an object with a method read(after, signal)`);
}

function readPosition(file: string, subject: { readonly source: string; readonly stream: string }): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const stored = Stored.safeParse(parsed(text));
  if (stored.success && stored.data.source === subject.source && stored.data.stream === subject.stream) return stored.data.position;
  throw new CommandError(
    `${file}: this is not where this source stopped on its way to '${subject.stream}'; give --restart, or --position for another file`,
  );
}

/** All or nothing, so that whoever is killed meanwhile leaves the one before. */
function writePosition(file: string, subject: { readonly source: string; readonly stream: string }, position: string | undefined): void {
  if (position === undefined) return;
  writeFileSync(`${file}.new`, `${JSON.stringify({ version: 1, ...subject, position } satisfies z.infer<typeof Stored>)}\n`);
  renameSync(`${file}.new`, file);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function say(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}
