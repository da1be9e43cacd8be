import type { SourceStrategies } from '../watermarks/watermark-strategy.ts';
import type { DefinitionDescription } from './definition-description.ts';
import type { Deduplication } from './deduplication.ts';
import type { Enrichment } from './lookup-join.ts';
import type { Pane, PaneIn } from './pane.ts';
import type { InputDeclaration } from './input-declaration.ts';
import type { PipelineOptions, Values } from './pipeline-options.ts';
import type { WindowOperator } from './window-operator.ts';

/** Marks what `pipeline()` made, also to another copy of this package. */
export const BRAND: unique symbol = Symbol.for('mullion.pipeline') as never;

/**
 * A checked, frozen pipeline definition with the logic built from it.
 *
 * @typeParam M What windows see of an event.
 */
export interface Pipeline<E = unknown, V = Values, M = E> {
  /** What its logs, panes and metrics are called by. */
  readonly name: string;
  /** The functions of the definition. */
  readonly options: Omit<PipelineOptions<E, V, M>, 'map' | 'decode' | 'enrich'> & { readonly map?: (event: E) => unknown };
  /** What is declared of the records of its stream; absent where it is found out of each. */
  readonly input: InputDeclaration | undefined;
  /** Milliseconds an event's time may lie beyond its arrival. */
  readonly maxFutureSkewMs: number;
  /** Milliseconds without a commit after which a shard may be left out; absent when none ever is. */
  readonly idleTimeoutMs: number | undefined;
  /** Absent where repeats are not dropped. */
  readonly deduplication: Deduplication<E> | undefined;
  /** Absent where nothing is looked up. */
  readonly enrichment: Enrichment<E> | undefined;
  /** Absent where there is one clock for all events. */
  readonly sources: SourceStrategies<E>;
  /** The windows, in their order. */
  readonly operators: readonly WindowOperator<M>[];
  /** Into how many parts the keys are split. */
  readonly lanes: number;
  /** What state depends on. */
  readonly description: DefinitionDescription;
  /** Identifies that. State that carries another fingerprint is never mixed with this definition's. */
  readonly fingerprint: string;
  readonly [BRAND]: true;
}

/** The type of the panes of one window of a pipeline: `PaneOf<typeof flights, 'departures'>`. */
export type PaneOf<P, N extends string> = P extends Pipeline<never, infer V, never> ? (N extends keyof V ? Pane<V[N]> : never) : never;

/** The type of the panes of all windows of a pipeline; `window` tells which: `PanesOf<typeof flights>`. */
export type PanesOf<P> = P extends Pipeline<never, infer V, never> ? PaneIn<V> : never;
