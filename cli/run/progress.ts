import cliProgress from 'cli-progress';
import type { EventInput } from './read-events.ts';
import { formatCount } from './summary.ts';

export interface Progress {
  update(records: number): void;
  stop(): void;
}

const SILENT: Progress = { update: () => {}, stop: () => {} };

/** A bar on standard error where a person sees it; nothing elsewhere. */
export function showProgress(input: EventInput): Progress {
  if (!process.stderr.isTTY) return SILENT;
  const bar = new cliProgress.SingleBar({
    format: (options, params, payload: { records?: number }) => {
      const events = `${formatCount(payload.records ?? 0)} events`;
      if (input.bytes === undefined) return events;
      return `${cliProgress.Format.BarFormat(params.progress, options)} ${Math.floor(params.progress * 100)} %  ${events}`;
    },
    barsize: 30,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    clearOnComplete: true,
    hideCursor: true,
    stream: process.stderr,
  });
  bar.start(input.bytes ?? 1, 0);
  return {
    update: (records) => bar.update(Math.min(input.bytesRead(), input.bytes ?? 0), { records }),
    stop: () => bar.stop(),
  };
}
