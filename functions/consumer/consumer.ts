/**
 * Reads panes off the output stream, and drops those that come again. It brings no client of AWS along.
 *
 * @module mullion/consumer
 */
export { type DropRepeatsOptions, dropRepeats, RepeatFilter, UnlistedShardError } from '../../shared/consumer/drop-repeats.ts';
export { PaneTurn, type PlacedPane } from '../../shared/consumer/pane-turn.ts';
export type { ConsumerMemory, MemoryChange, Remembered, SeenInEpoch } from '../../shared/ports/consumer-memory.ts';
export { type FreshPanesOptions, freshPanes, type PaneEvent } from './fresh-panes.ts';
export type { ShardDirectory } from '../../shared/ports/shard-directory.ts';
export { type KinesisPanes, NotPanesError, readKinesisPanes } from './kinesis-panes.ts';
