import { Float64Column } from './float64-column.ts';
import { ObjectColumn } from './object-column.ts';
import type { StateCodec } from './state-codec.ts';

/** A column of numbers, and what a row holds before its first event. */
export interface NumberColumn {
  readonly kind: 'float64';
  /** How it is called where the stored form is written down. */
  readonly name: string;
  readonly initial: number;
}

/** A column of sketches, lists or texts, and how one of them is written. */
export interface StateColumn<S = unknown> {
  readonly kind: 'object';
  readonly name: string;
  readonly codec: StateCodec<S>;
}

/** One column of an accumulator, as an aggregate declares it. */
export type AccumulatorColumn = NumberColumn | StateColumn;

/** A column of a table. Only the aggregate that declared it knows what its states are. */
export type Column = Float64Column | ObjectColumn<unknown>;

export function createColumn(declared: AccumulatorColumn, capacity: number): Column {
  switch (declared.kind) {
    case 'float64':
      return new Float64Column(declared.initial, capacity);
    case 'object':
      return new ObjectColumn(declared.codec, capacity);
  }
}
