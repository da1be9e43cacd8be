import { Fire } from '../../shared/firing/fire.ts';
import type { FireReport } from '../../shared/firing/fire-report.ts';
import { Ingest, type IngestReport } from '../../shared/ingest/ingest.ts';
import { type ShardId, shardNotesLogs } from '../../shared/log/keys.ts';
import { nextPosition, ORIGIN } from '../../shared/log/position.ts';
import { encodeShardNotes } from '../../shared/log/shard-notes.ts';
import type { decideWatermark } from '../../shared/watermarks/decide-watermark.ts';
import type { ProcessPorts, StartProcess } from './process-life.ts';
import type { Scenario } from './scenario.ts';

/** A batch of a shard's records: those from one index up to another. */
export interface Delivery {
  readonly kind: 'deliver';
  readonly shard: ShardId;
  readonly from: number;
  readonly to: number;
}

export interface Firing {
  readonly kind: 'fire' | 'drain';
}

export type Invocation = Delivery | Firing;

/** Something that somebody could get wrong. Each must show. */
export interface Mistake {
  /** False for a table that overwrites. */
  readonly hasCondition?: boolean;
  /** The mapping goes on before a batch is committed. */
  readonly acknowledgesFirst?: boolean;
  readonly writerPorts?: (ports: ProcessPorts) => ProcessPorts;
  readonly firerPorts?: (ports: ProcessPorts) => ProcessPorts;
  readonly decide?: typeof decideWatermark;
}

/** Every batch that can be cut. */
export function deliveriesOf({ shards, readings, recordsOf }: Scenario): Delivery[] {
  return shards.flatMap((shard) => {
    const count = recordsOf(shard, readings.length).length;
    const bounds = Array.from({ length: count + 1 }, (_, index) => index);
    return bounds.flatMap((from) => bounds.filter((to) => to > from).map((to): Delivery => ({ kind: 'deliver', shard, from, to })));
  });
}

export const FIRINGS: readonly Firing[] = [{ kind: 'fire' }, { kind: 'drain' }];

/** The ingest function. */
export function startWriter(scenario: Scenario, { writerPorts = (ports) => ports }: Mistake): StartProcess<Invocation> {
  const { pipeline, readings, recordsOf } = scenario;
  return (ports) => {
    const ingest = new Ingest(pipeline, writerPorts(withShardsNoted(scenario, ports)));
    return async (invocation): Promise<IngestReport> => {
      if (invocation.kind !== 'deliver') throw new TypeError(`a writer does not ${invocation.kind}`);
      const { shard, from, to } = invocation;
      return ingest.ingest(shard, recordsOf(shard, readings.length).slice(from, to));
    };
  };
}

/** The fire function. */
export function startFirer(scenario: Scenario, { firerPorts = (ports) => ports, decide }: Mistake): StartProcess<Invocation> {
  const { pipeline, snapshots } = scenario;
  return (ports) => {
    const fire = new Fire(pipeline, firerPorts(withShardsNoted(scenario, ports)), { decide, snapshots });
    return async (invocation): Promise<FireReport> => (invocation.kind === 'drain' ? fire.drain() : fire.fire());
  };
}

/** Every shard is noted, as it is from its first batch on, and none vanishes from the list: whoever looks at the notes finds what he knows, whenever that is. */
function withShardsNoted({ pipeline, shards }: Scenario, ports: ProcessPorts): ProcessPorts {
  const logs = new Set(shardNotesLogs(pipeline.name));
  const notes = encodeShardNotes({ kind: 'shards', shards: shards.map((id) => ({ id, notedAtMs: 0 })) });
  const noted = { ...notes, position: nextPosition(ORIGIN) };
  const { logStore } = ports;
  return { ...ports, logStore: { ...logStore, last: async (log) => (logs.has(log) ? noted : logStore.last(log)) } };
}
