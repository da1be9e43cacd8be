import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Programs that are not ours do not notice that the test which started them is gone. */
export function endWithThisProcess(child: ChildProcess): void {
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
}

/** Nothing in memory is worth a farewell, and one engine takes half a minute over it. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
