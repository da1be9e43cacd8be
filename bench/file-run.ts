// The process of one `mullion run` on a file: `node bench/file-run.ts <pipeline> <input> <output>`, what it took over IPC.
import { runCommand } from '../cli/run/run-command.ts';
import { cpuUs } from './cpu.ts';

/** What a run took. */
export interface FileRun {
  readonly cpuUs: number;
  /** The most memory that the process ever had. */
  readonly peakMib: number;
}

const BATCH_SIZE = 10_000;

const [pipeline = '', input = '', output = ''] = process.argv.slice(2);
const beganAtUs = cpuUs();
await runCommand(pipeline, { input, output, batchSize: BATCH_SIZE });
process.send?.({ cpuUs: cpuUs() - beganAtUs, peakMib: process.resourceUsage().maxRSS / 1_024 } satisfies FileRun);
