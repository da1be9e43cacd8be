import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { SeedReport, WorkerOptions } from './seed-worker.ts';

const WORKER = new URL('./seed-worker.ts', import.meta.url);

/**
 * Runs the seeds from one to another, the last not included, on several threads, and tells of each.
 *
 * @param onReport False ends it: seeds that have not begun are left out.
 * @throws what a thread could not bear: that is a fault of the simulation.
 */
export async function runSeeds(
  from: number,
  to: number,
  threads: number,
  options: WorkerOptions,
  onReport: (report: SeedReport) => boolean,
): Promise<void> {
  let next = from;
  const run = async () => {
    const worker = new Worker(WORKER, { workerData: options });
    try {
      while (next < to) {
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
        worker.postMessage(next++);
        const [report] = (await once(worker, 'message')) as [SeedReport];
        if (!onReport(report)) next = to;
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: threads }, run));
}
