import { pause } from '../../shared/adapters/pause.ts';
import type { Pane } from '../../shared/pipeline/pane.ts';
import { PaneTail } from '../../shared/view/pane-tail.ts';
import { interruptible } from '../interruptible.ts';
import { openView } from './open-view.ts';
import { PaneTable } from './pane-table.ts';
import type { ViewOptions } from './view-options.ts';
import { windowsMeant } from './windows-meant.ts';

export interface TailCommandOptions extends ViewOptions {
  readonly window?: string;
  readonly key?: string;
  /** Ends with what there is. */
  readonly fromBeginning?: boolean;
  readonly once?: boolean;
}

const LOOK_EVERY_MS = 1_000;
const BEGINNING = 0 as PaneTail['places'][number]['after'];

/**
 * `mullion tail`: panes as they are fired, by the log of epochs, until Ctrl-C.
 *
 * @throws {CommandError} when pipeline or table cannot be used, or there is no such window.
 */
export async function tailCommand(path: string, options: TailCommandOptions): Promise<void> {
  const { pipeline, logStore } = await openView(path, options);
  const windows = windowsMeant(pipeline, options.window);
  const begin = Array.from({ length: pipeline.lanes }, () => ({ after: BEGINNING, seen: 0 }));
  const tail = await PaneTail.from(pipeline, logStore, options.fromBeginning === true ? begin : undefined);
  const write = (line: string) => void process.stdout.write(`${line}\n`);
  const table = new PaneTable(write, { windows });
  const isMeant = ({ window, key }: Pane) => windows.includes(window) && (options.key === undefined || options.key === key);
  let shown = 0;
  const show = (pane: Pane) => {
    shown++;
    if (options.json === true) write(JSON.stringify(pane));
    else table.add(pane);
  };
  await interruptible(async (signal) => {
    while (!signal.aborted) {
      const parts = await tail.look();
      for (const { pane } of parts) if (isMeant(pane)) show(pane);
      if (parts.length > 0) continue;
      if (options.once === true) {
        if (shown === 0) process.stderr.write(`${nothing(options)}\n`);
        return;
      }
      await pause(LOOK_EVERY_MS, signal);
    }
  });
}

/** Of a look that has ended without a pane. */
function nothing({ fromBeginning, window, key }: TailCommandOptions): string {
  if (fromBeginning !== true) return 'nothing was fired just now; --from-beginning shows what was fired before';
  return window === undefined && key === undefined ? 'nothing has been fired yet' : 'no such pane has been fired, or none is kept any more';
}
