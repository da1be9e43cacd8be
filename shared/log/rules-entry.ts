import type { FilterRules } from '../rules/filter-rules.ts';
import type { LogEntry } from './log-entry.ts';

/** Filter rules, and for which records they hold. */
export interface RulesVersion extends FilterRules {
  /** 1, 2, 3 … */
  readonly version: number;
  /**
   * They hold for records that arrived then or later, in epoch milliseconds, up to the next version. The arrival is a record's own, so that it meets the same rules however
   * often, and in whatever batch, it is delivered.
   */
  readonly fromArrivalMs: number;
  /** Processing time of whoever set them, epoch milliseconds. */
  readonly setAtMs: number;
}

/** An entry of the log of rules. There is no payload. */
export interface RulesHeader extends RulesVersion {
  readonly kind: 'rules';
  /** When the entry was written, in epoch milliseconds: rules outlive the entries that say them. */
  readonly writtenAtMs: number;
  /** Those before, the newest first: records that waited in the stream meet the rules of their arrival. */
  readonly formers: readonly RulesVersion[];
}

export function encodeRules(header: RulesHeader): LogEntry {
  return { header: JSON.stringify(header), payload: new Uint8Array() };
}

export function decodeRules({ header }: LogEntry): RulesHeader {
  return JSON.parse(header) as RulesHeader;
}
