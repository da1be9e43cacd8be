import cliProgress from 'cli-progress';
import { formatCount } from './run/summary.ts';

/** How much there is to do. */
export interface Extent {
  /** Unknown where nothing says when it is done. */
  readonly total: number | undefined;
  /** How much of it is done. */
  readonly done: () => number;
}

export interface Progress {
  update(records: number): void;
  stop(): void;
}

const SILENT: Progress = { update: () => {}, stop: () => {} };

/** A bar on standard error where a person sees it; nothing elsewhere. */
export function showProgress({ total, done }: Extent): Progress {
  if (!process.stderr.isTTY) return SILENT;
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
  return {
    update: (records) => bar.update(Math.min(done(), total ?? 0), { records }),
    stop: () => bar.stop(),
  };
}
