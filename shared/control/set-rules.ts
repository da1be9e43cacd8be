import { rulesLog } from '../log/keys.ts';
import { nextPosition, ORIGIN } from '../log/position.ts';
import { decodeRules, encodeRules, type RulesHeader, type RulesVersion } from '../log/rules-entry.ts';
import type { LogStore } from '../ports/log-store.ts';
import { compileRules, type FilterRules, NO_RULES } from '../rules/filter-rules.ts';
import type { ControlPorts } from './request-control.ts';

/** Somebody else has set rules meanwhile. */
export class RulesChangedError extends Error {
  override readonly name = 'RulesChangedError';
}

/**
 * So much later than they are set rules begin to hold, by the arrival of records. Whoever reads a record reads the rules after it has arrived: farther apart than this the
 * clocks of Kinesis and of whoever sets rules would have to be for a record to meet others than those of its arrival.
 */
const LEAD_MS = 10_000;
// Records may wait in the stream for as long as it keeps them.
const FORMERS_MAX = 10;

const NEVER_SET: RulesVersion = { ...NO_RULES, version: 0, fromArrivalMs: 0, setAtMs: 0 };

/** The rules that were set last; version 0 where none ever were. */
export async function currentRules(pipeline: string, logStore: LogStore): Promise<RulesVersion> {
  const newest = await logStore.last(rulesLog(pipeline));
  return newest === undefined ? NEVER_SET : versionOf(decodeRules(newest));
}

/**
 * Sets the rules of a pipeline: one conditional append. They hold for records that arrive from some seconds later on.
 *
 * @param replaces The version that they are made from; absent: whichever is there.
 * @throws {InvalidArgument} when they cannot work.
 * @throws {RulesChangedError} when another version is there.
 */
export async function setRules(
  pipeline: string,
  { rules, otherwise }: FilterRules,
  replaces: number | undefined,
  { logStore, clock }: ControlPorts,
): Promise<RulesVersion> {
  compileRules({ rules, otherwise });
  const log = rulesLog(pipeline);
  for (;;) {
    const newest = await logStore.last(log);
    const before = newest && decodeRules(newest);
    const version = before?.version ?? 0;
    if (replaces !== undefined && replaces !== version)
      throw new RulesChangedError(
        `the rules of pipeline '${pipeline}' are version ${version} by now, and not ${replaces}; look at them, and set yours again`,
      );
    const nowMs = clock.nowMs();
    const header: RulesHeader = {
      kind: 'rules',
      version: version + 1,
      // Later than those before, whatever the clock says.
      fromArrivalMs: Math.max(nowMs + LEAD_MS, (before?.fromArrivalMs ?? 0) + 1),
      setAtMs: nowMs,
      writtenAtMs: nowMs,
      rules,
      otherwise,
      formers: before === undefined ? [] : [versionOf(before), ...before.formers].slice(0, FORMERS_MAX),
    };
    const outcome = await logStore.append(log, nextPosition(newest?.position ?? ORIGIN), encodeRules(header));
    if (outcome.kind !== 'conflict') return versionOf(header);
  }
}

function versionOf({ version, fromArrivalMs, setAtMs, rules, otherwise }: RulesVersion): RulesVersion {
  return { version, fromArrivalMs, setAtMs, rules, otherwise };
}
