/** Work that is measured again and again: called once a round, it makes ready what is not measured and gives what is. */
export type Round = () => () => unknown;

/** CPU that the whole process has used, in microseconds: its threads for garbage and compiling are part of what the work costs. */
export function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/**
 * CPU of several pieces of work, in microseconds each, taken in turns: what else the machine does meets all of them alike, so that their ratios
 * can be trusted where none of the times can.
 */
export async function cpuOfEach(works: readonly Round[], rounds: number): Promise<readonly number[]> {
  const times = works.map((): number[] => []);
  for (let round = 0; round < 2 * rounds; round++) {
    for (const [index, work] of works.entries()) {
      const run = work();
      globalThis.gc?.({ type: 'minor' });
      const before = cpuUs();
      await run();
      const us = cpuUs() - before;
      if (round >= rounds) times[index]?.push(us);
    }
  }
  return times.map(median);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** CPU that one piece of work takes that is too long to be done often. */
export async function cpuSecondsOf(work: () => Promise<unknown>): Promise<number> {
  globalThis.gc?.();
  const before = cpuUs();
  await work();
  return (cpuUs() - before) / 1e6;
}
