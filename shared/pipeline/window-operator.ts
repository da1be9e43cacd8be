import { createHash } from 'node:crypto';
import type { Aggregate } from '../aggregates/aggregate.ts';
import { Table } from '../table/table.ts';
import type { EventTime } from '../time/event-time.ts';
import type { WindowAssigner } from '../windows/window.ts';

/** The running logic of one named window of a pipeline. */
export interface WindowOperator<E> {
  readonly name: string;
  readonly keyBy: (event: E) => string | number;
  readonly assigner: WindowAssigner;
  readonly allowedLatenessMs: number;
  readonly aggregateNames: readonly string[];
  readonly aggregates: readonly Aggregate<E, unknown>[];
  /** Identifies what this window's state depends on. */
  readonly fingerprint: string;
}

/** A fresh table for one of the operator's windows. */
export function createTable<E>(operator: WindowOperator<E>): Table {
  return new Table(operator.aggregates);
}

/** The watermark at which a window with this end is complete: its last moment. */
export function maxTimestamp(end: EventTime): EventTime {
  return (end - 1) as EventTime;
}

/** The watermark at which a window with this end takes no event any more and its state goes. */
export function cleanupTime<E>(operator: WindowOperator<E>, end: EventTime): EventTime {
  return (end - 1 + operator.allowedLatenessMs) as EventTime;
}

/** Sixteen hexadecimal digits that stand for a list of descriptions. */
export function fingerprintOf(descriptions: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(descriptions)).digest('hex').slice(0, 16);
}
