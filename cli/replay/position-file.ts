import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import { CommandError } from '../command-error.ts';

/** What is replayed, and where to. A position is one in this file, onto this stream, and in nothing else. */
const Subject = z.object({
  input: z.string(),
  bytes: z.number(),
  modifiedAtMs: z.number(),
  stream: z.string(),
  endpoint: z.string().optional(),
});
type Subject = z.infer<typeof Subject>;

const Stored = z.object({
  version: z.literal(1),
  ...Subject.shape,
  /** Events, from the first on, that the stream has acknowledged. */
  acknowledged: z.int().nonnegative(),
  /** Whether the replay that wrote it knew that nothing was under way any more. */
  endedInOrder: z.boolean(),
});

/** Where a replay stopped. */
export interface Position {
  readonly acknowledged: number;
  readonly endedInOrder: boolean;
}

/** Keeps how far a replay has come, so that one that was killed goes on there: only what the stream has acknowledged. */
export class PositionFile {
  readonly path: string;
  readonly #subject: Subject;

  /** @param input A file. */
  constructor(path: string, input: string, stream: string, endpoint: string | undefined) {
    const { size, mtimeMs } = statSync(input);
    this.path = path;
    this.#subject = { input: resolve(input), bytes: size, modifiedAtMs: mtimeMs, stream, ...(endpoint !== undefined && { endpoint }) };
  }

  /**
   * Undefined when there is none.
   *
   * @throws {CommandError} when it is that of another input or stream.
   */
  read(): Position | undefined {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new CommandError(`${this.path}: it cannot be read: ${(error as Error).message}`, { cause: error });
    }
    const stored = Stored.safeParse(parsed(text));
    const remedy = 'give --restart to begin anew, or --position for another file';
    if (!stored.success) throw new CommandError(`${this.path}: this is not where a replay stopped; ${remedy}`);
    for (const name of Object.keys(Subject.shape) as (keyof Subject)[]) {
      const [there, here] = [stored.data[name], this.#subject[name]];
      if (there !== here) throw new CommandError(`${this.path}: it is of another replay (${name} ${there}, now ${here}); ${remedy}`);
    }
    return stored.data;
  }

  /** All or nothing, so that whoever is killed meanwhile leaves the one before. */
  write(position: Position): void {
    const { acknowledged, endedInOrder } = position;
    const stored: z.infer<typeof Stored> = { version: 1, ...this.#subject, acknowledged, endedInOrder };
    try {
      writeFileSync(`${this.path}.new`, `${JSON.stringify(stored)}\n`);
      renameSync(`${this.path}.new`, this.path);
    } catch (error) {
      const remedy = 'give another place with --position';
      throw new CommandError(`${this.path}: it cannot be written: ${(error as Error).message}; ${remedy}`, { cause: error });
    }
  }

  remove(): void {
    rmSync(this.path, { force: true });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
