import { fstatSync } from 'node:fs';
import cliProgress from 'cli-progress';
import { formatCount } from './run/summary.ts';

/** How much there is to do. */
export interface Extent {
  /** Unknown where nothing says when it is done. */
  readonly total: number | undefined;
  /** How much of it is done. */
  readonly done: () => number;
  /** Whether what comes of it goes to standard output, where a bar between the lines would be neither. */
  readonly isPrinted?: boolean;
}

export interface Progress {
  update(records: number): void;
  stop(): void;
}

const SILENT: Progress = { update: () => {}, stop: () => {} };

/** A bar on standard error where a person sees it; nothing elsewhere. */
export function showProgress({ total, done, isPrinted = false }: Extent): Progress {
  if (!process.stderr.isTTY || (isPrinted && mayBeInSight(process.stdout))) return SILENT;
  const bar = new cliProgress.SingleBar({
    format: (options, params, payload: { records?: number }) => {
      const events = `${formatCount(payload.records ?? 0)} events`;
      if (total === undefined) return events;
      return `${cliProgress.Format.BarFormat(params.progress, options)} ${Math.floor(params.progress * 100)} %  ${events}`;
    },
    barsize: 30,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    clearOnComplete: true,
    hideCursor: true,
    stream: process.stderr,
  });
  bar.start(total ?? 1, 0);
  const stop = () => {
    process.off('exit', stop);
    bar.stop();
  };
  // It hides the cursor and lets no line wrap: whatever ends the process, the terminal gets back what it had.
  process.on('exit', stop);
  return { update: (records) => bar.update(Math.min(done(), total ?? 0), { records }), stop };
}

/** A terminal, or a pipe, at whose other end may be the same one: `| head`. */
function mayBeInSight({ isTTY, fd }: NodeJS.WriteStream & { readonly fd: number }): boolean {
  if (isTTY) return true;
  const stats = fstatSync(fd);
  return stats.isFIFO() || stats.isSocket();
}
