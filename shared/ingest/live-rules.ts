import { rulesLog } from '../log/keys.ts';
import { nextPosition, ORIGIN, type Position } from '../log/position.ts';
import { decodeRules, encodeRules } from '../log/rules-entry.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogStore } from '../ports/log-store.ts';
import { RulesInForce } from './rules-in-force.ts';

// The newest entry is written again when a third of its time is over.
const REFRESHES = 3;

/** Follows the log of rules of a pipeline. */
export class LiveRules {
  readonly #pipeline: string;
  readonly #ports: { readonly logStore: LogStore; readonly clock: Clock };
  #known: { readonly position: Position; readonly rules: RulesInForce } = { position: ORIGIN, rules: new RulesInForce(undefined) };

  constructor(pipeline: string, ports: { readonly logStore: LogStore; readonly clock: Clock }) {
    this.#pipeline = pipeline;
    this.#ports = ports;
  }

  /** The rules by all that was set before the call: one read of one item. */
  async look(): Promise<RulesInForce> {
    const { logStore, clock } = this.#ports;
    const log = rulesLog(this.#pipeline);
    const newest = await logStore.last(log);
    if (newest === undefined) return this.#known.rules;
    const header = decodeRules(newest);
    if (newest.position !== this.#known.position) this.#known = { position: newest.position, rules: new RulesInForce(header) };
    const nowMs = clock.nowMs();
    // Whoever is overtaken here finds what overtook it next time.
    if (logStore.retentionMs !== undefined && nowMs - header.writtenAtMs >= logStore.retentionMs / REFRESHES)
      await logStore.append(log, nextPosition(newest.position), encodeRules({ ...header, writtenAtMs: nowMs }));
    return this.#known.rules;
  }
}
