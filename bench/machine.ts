import { arch, availableParallelism, cpus, platform } from 'node:os';

/** What measures. */
export function machine() {
  return { cpu: cpus()[0]?.model, cores: availableParallelism(), platform: `${platform()} ${arch()}`, node: process.version };
}
