import { encodeControlEntry } from '../../shared/log/control-request.ts';
import { encodeDefinition } from '../../shared/log/definition-entry.ts';
import {
  controlLog,
  definitionLog,
  epochLog,
  type LogName,
  publicationLog,
  type ShardId,
  shardLog,
  snapshotLog,
} from '../../shared/log/keys.ts';
import type { PositionedEntry } from '../../shared/log/log-entry.ts';
import { decodeEpochHeader } from '../../shared/log/epoch.ts';
import type { SnapshotHeader } from '../../shared/log/snapshot.ts';
import { nextPosition, ORIGIN } from '../../shared/log/position.ts';
import { Interner } from './interner.ts';
import { LogContents } from './log-contents.ts';
import { entryKey } from './request.ts';
import type { Scenario } from './scenario.ts';

/** Everything outside of the processes: what stands in the table and on the streams, what is delivered, what time it is. A value. */
export interface World {
  readonly logs: Readonly<Record<LogName, LogContents>>;
  /** Documents in the order in which they came first; repeats left out. */
  readonly output: readonly string[];
  readonly side: readonly string[];
  /** By shard, how many of its records the mapping knows to be committed. */
  readonly acknowledged: Readonly<Record<ShardId, number>>;
  /** By shard, how many of its records its commits cover: counted for the checks. */
  readonly committed: Readonly<Record<ShardId, number>>;
  /** How many of the scenario's records are on the input stream. */
  readonly recordsPut: number;
  /** Which of the scenario's clock readings it is. */
  readonly tick: number;
  readonly monthsPassed: number;
}

export function firstWorld({ pipeline, shards, recordsPutAtFirst }: Scenario): World {
  const logs = [
    ...shards.map((shard) => shardLog(pipeline.name, shard)),
    epochLog(pipeline.name),
    publicationLog(pipeline.name),
    snapshotLog(pipeline.name),
    controlLog(pipeline.name),
  ];
  // Whoever starts first writes down the definition; here that is done, and everybody finds it.
  const { fingerprint, description } = pipeline;
  const definition = encodeDefinition({ kind: 'definition', fingerprint, description, writtenAtMs: 0, formers: [] });
  const none = Object.fromEntries(shards.map((shard) => [shard, 0])) as Record<ShardId, number>;
  return {
    logs: {
      ...Object.fromEntries(logs.map((log) => [log, LogContents.EMPTY])),
      [definitionLog(pipeline.name)]: LogContents.EMPTY.with(nextPosition(ORIGIN), definition),
    },
    output: [],
    side: [],
    acknowledged: none,
    committed: none,
    recordsPut: recordsPutAtFirst,
    tick: 0,
    monthsPassed: 0,
  };
}

export function contentsOf(world: World, log: LogName): LogContents {
  return world.logs[log] ?? LogContents.EMPTY;
}

/** A batch has been taken: the mapping goes on behind it. */
export function acknowledged(world: World, shard: ShardId, upTo: number): World {
  if (upTo <= (world.acknowledged[shard] ?? 0)) return world;
  return { ...world, acknowledged: { ...world.acknowledged, [shard]: upTo } };
}

/** Somebody asks for the next thing; `undefined` when all has been asked for. */
export function withRequest(world: World, { pipeline, requests }: Scenario): World | undefined {
  const log = controlLog(pipeline.name);
  const contents = contentsOf(world, log);
  const action = requests[contents.highest];
  if (action === undefined) return undefined;
  const request = encodeControlEntry({ kind: 'control', action, requestedAtMs: 0 });
  return { ...world, logs: { ...world.logs, [log]: contents.with(nextPosition(contents.highest), request) } };
}

/**
 * A month passes: every process that runs has ended, and what no open window needs any more has expired. Not before all that was put is through:
 * a stream keeps its records for days.
 */
export function monthLater(world: World, { pipeline, shards, recordsOf }: Scenario): World | undefined {
  const newest = contentsOf(world, epochLog(pipeline.name)).last();
  const published = contentsOf(world, publicationLog(pipeline.name)).highest;
  if (newest === undefined || published < newest.position) return undefined;
  if (shards.some((shard) => world.acknowledged[shard] !== recordsOf(shard, world.recordsPut).length)) return undefined;
  const { replayFrom } = decodeEpochHeader(newest);
  const snapshot = contentsOf(world, snapshotLog(pipeline.name)).last();
  const snapshotOf = snapshot === undefined ? ORIGIN : (JSON.parse(snapshot.header) as SnapshotHeader).epoch;
  const from = contentsOf(world, epochLog(pipeline.name)).at(snapshotOf > replayFrom ? snapshotOf : replayFrom);
  if (from === undefined) return undefined;
  const { cut } = decodeEpochHeader(from);
  const logs = { ...world.logs };
  for (const shard of shards) {
    const log = shardLog(pipeline.name, shard);
    logs[log] = contentsOf(world, log).expired(cut[shard]?.position ?? ORIGIN);
  }
  return { ...world, logs, monthsPassed: world.monthsPassed + 1 };
}

/** Worlds by number: two that differ in nothing are one. */
export function internedWorlds(): Interner<World> {
  const entries = new Interner<PositionedEntry>((entry) => `${entry.position} ${entryKey(entry)}`);
  const entryNumbers = new WeakMap<PositionedEntry, number>();
  const entryNumber = (entry: PositionedEntry) => {
    const number = entryNumbers.get(entry) ?? entries.number(entry);
    entryNumbers.set(entry, number);
    return number;
  };
  const documents = new Interner<string>((document) => document);
  const contents = ({ entries: stored, highest }: LogContents) => `${highest}:${stored.map(entryNumber).join()}`;
  const published = (stream: readonly string[]) => stream.map((document) => documents.number(document)).join();
  return new Interner(({ logs, output, side, acknowledged: known, committed, recordsPut, tick, monthsPassed }) =>
    [
      ...Object.values(logs).map(contents),
      published(output),
      published(side),
      Object.values(known).join(),
      Object.values(committed).join(),
      recordsPut,
      tick,
      monthsPassed,
    ].join('|'),
  );
}
