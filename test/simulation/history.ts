import type { ControlAction } from '../../shared/log/control-request.ts';
import type { EpochHeader } from '../../shared/log/epoch.ts';
import type { Refusal } from '../../shared/log/refusal.ts';
import type { Pane } from '../../shared/pipeline/pane.ts';
import type { ShardId } from '../../shared/watermarks/shard.ts';

/** An epoch as it was appended. */
export interface RecordedEpoch {
  readonly header: EpochHeader;
  /** The documents it sends out, by the bytes that are to be published. */
  readonly panes: ReadonlySet<string>;
  readonly refusals: ReadonlySet<string>;
}

/** What has come to pass in a world, for whoever judges it. No part of the pipeline sees it. */
export class History {
  /** Of every lane. */
  readonly epochs: readonly RecordedEpoch[][];
  /** The panes of all epochs, in their order. */
  readonly panes: Pane[] = [];
  /** What the output stream has taken, without repeats. */
  readonly published = new Set<string>();
  readonly refusals: Refusal[] = [];
  /** How often each pane, by its id, has taken effect at the consumer. */
  readonly effects = new Map<string, number>();
  /** What somebody has asked for, in order: the first is request 1. */
  readonly requests: ControlAction[] = [];
  /** The newest epoch of each lane whose state has been written down. */
  readonly snapshotOf: number[];
  /** How many of a shard's records are in its log. */
  readonly committed = new Map<ShardId, number>();

  constructor(lanes: number) {
    this.epochs = Array.from({ length: lanes }, () => []);
    this.snapshotOf = Array.from({ length: lanes }, () => 0);
  }

  /** Whether the output stream has all panes. */
  get arePanesOut(): boolean {
    return this.epochs.flat().every(({ panes }) => panes.values().every((pane) => this.published.has(pane)));
  }

  /** Whether every lane has obeyed all that was asked for. */
  get isObeyed(): boolean {
    return this.epochs.every((each) => (each.at(-1)?.header.control?.obeyed ?? 0) === this.requests.length);
  }
}
