import type { RulesHeader, RulesVersion } from '../log/rules-entry.ts';
import { compileRules } from '../rules/filter-rules.ts';
import type { InputRecord } from './input-record.ts';

interface CompiledVersion extends Pick<RulesVersion, 'version' | 'fromArrivalMs'> {
  readonly keeps: (event: unknown) => boolean;
}

/** The rules that hold, for each record those of its arrival. */
export class RulesInForce {
  /** The newest first. */
  readonly #versions: readonly CompiledVersion[];

  /** @param newest Absent where none have been set. */
  constructor(newest: RulesHeader | undefined) {
    this.#versions = newest === undefined ? [] : [newest, ...newest.formers].map(compiled);
  }

  /** Whether an event goes into windows. */
  keep(event: unknown, record: InputRecord): boolean {
    return this.#at(record)?.keeps(event) ?? true;
  }

  /** Which version holds for a record; 0 where none does. */
  versionAt(record: InputRecord): number {
    return this.#at(record)?.version ?? 0;
  }

  #at({ arrivedAtMs }: InputRecord): CompiledVersion | undefined {
    return this.#versions.find(({ fromArrivalMs }) => fromArrivalMs <= arrivedAtMs);
  }
}

function compiled(rules: RulesVersion): CompiledVersion {
  return { version: rules.version, fromArrivalMs: rules.fromArrivalMs, keeps: compileRules(rules) };
}
