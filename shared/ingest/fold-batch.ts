import type { Delta } from '../log/commit.ts';
import type { RecordCounts } from '../log/counts.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Values } from '../pipeline/pipeline-options.ts';
import type { WindowOperator } from '../pipeline/window-operator.ts';
import type { EventTime } from '../time/event-time.ts';
import type { SourceClocks } from '../watermarks/source-clock.ts';
import { ClockReader } from './clock-reader.ts';
import type { InputRecord } from './input-record.ts';
import { InvalidRecord } from './invalid-record.ts';
import type { OperatorFold } from './operator-fold.ts';
import type { Invalid, ReadBatch } from './read-batch.ts';
import type { SeenIds } from './seen-ids.ts';
import { SessionFold } from './session-fold.ts';
import { SliceFold } from './slice-fold.ts';

/** A record too late for every window. */
export interface Late {
  readonly record: InputRecord;
  readonly windows: readonly string[];
}

export interface FoldedBatch {
  readonly deltas: readonly Delta[];
  readonly invalid: readonly Invalid[];
  readonly late: readonly Late[];
  readonly counts: RecordCounts;
  /** Hashes of the ids that are let in, where duplicates are dropped. */
  readonly letIn: Float64Array | undefined;
  readonly lateByWindow: Readonly<Record<string, number>>;
  /** How far the valid records have come, by source. */
  readonly clocks: SourceClocks;
}

/**
 * Folds a batch into one table per window and start. Every event goes in everywhere or nowhere: all that can fail is done before anything
 * is added.
 *
 * @param watermark The pipeline's, as far as it is known: a lower bound. Windows that it has closed take nothing.
 * @param seen Which ids have been let in before, where duplicates are dropped.
 */
export function foldBatch<M>(
  pipeline: Pipeline<never, Values, M>,
  { events, invalid }: ReadBatch<M>,
  watermark: EventTime,
  seen?: Pick<SeenIds, 'has'>,
): FoldedBatch {
  const folds = pipeline.operators.map((operator) => operatorFold(operator, watermark));
  const refused = [...invalid];
  const late: Late[] = [];
  const clocks = new ClockReader();
  let folded = 0;
  let filtered = 0;
  let duplicate = 0;
  const letIn = new Set<number>();

  for (const timed of events) {
    if (!timed.passes) {
      filtered++;
    } else if (timed.id !== undefined && (letIn.has(timed.id) || seen?.has(timed.id, timed.record.arrivedAtMs))) {
      duplicate++;
    } else {
      try {
        const verdicts = folds.map((fold) => fold.take(timed));
        if (verdicts.includes('open')) {
          folded++;
        } else if (verdicts.includes('late')) {
          late.push({
            record: timed.record,
            windows: folds.filter((_fold, index) => verdicts[index] === 'late').map((fold) => fold.operator.name),
          });
        } else {
          filtered++;
        }
        for (const fold of folds) fold.add();
        if (timed.id !== undefined) letIn.add(timed.id);
      } catch (problem) {
        if (!(problem instanceof InvalidRecord)) throw problem;
        refused.push({ record: timed.record, problem });
        continue;
      }
    }
    clocks.read(timed);
  }

  return {
    deltas: folds.flatMap((fold) => fold.deltas()),
    invalid: refused,
    late,
    counts: {
      read: events.length + invalid.length,
      folded,
      filtered,
      late: late.length,
      invalid: refused.length,
      ...(pipeline.deduplication === undefined ? {} : { duplicate }),
    },
    letIn: pipeline.deduplication === undefined ? undefined : Float64Array.from(letIn),
    lateByWindow: Object.fromEntries(folds.filter((fold) => fold.late > 0).map((fold) => [fold.operator.name, fold.late])),
    clocks: clocks.clocks,
  };
}

function operatorFold<E>(operator: WindowOperator<E>, watermark: EventTime): OperatorFold<E> {
  const { assigner } = operator;
  return assigner.merges ? new SessionFold(operator, assigner, watermark) : new SliceFold(operator, assigner, watermark);
}
