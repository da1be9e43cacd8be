// `npm audit` of what the package brings along, where the registry answers it. One that does not is told of, and fails nothing unless `--required` is given: mirrors often know no advisories.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

interface Audit {
  readonly vulnerabilities: Readonly<Record<string, { readonly severity: string; readonly range: string }>>;
}

/** What an audit came to, and whether it is well. */
export interface Verdict {
  readonly outcome: 'clean' | 'vulnerable' | 'unanswered';
  readonly lines: readonly string[];
}

/** @param report What `npm audit --json` wrote. */
export function verdictOf(report: string): Verdict {
  const answer = parsed(report);
  if (answer === undefined) return { outcome: 'unanswered', lines: ['the registry does not answer audits: nothing was checked'] };
  const lines = Object.entries(answer.vulnerabilities).map(([name, { severity, range }]) => `${name} ${range}: ${severity}`);
  return lines.length === 0 ? { outcome: 'clean', lines: ['no advisory is known for any dependency'] } : { outcome: 'vulnerable', lines };
}

/** An error of npm's is JSON, too, or no text at all. */
function parsed(report: string): Audit | undefined {
  try {
    const document: unknown = JSON.parse(report);
    return typeof document === 'object' && document !== null && 'vulnerabilities' in document ? (document as Audit) : undefined;
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const { required } = parseArgs({ options: { required: { type: 'boolean', default: false } } }).values;
  const { outcome, lines } = verdictOf(spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8' }).stdout);
  for (const line of lines) console.log(line);
  if (outcome === 'vulnerable' || (outcome === 'unanswered' && required)) process.exitCode = 1;
}
