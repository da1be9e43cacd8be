import { ASSUMED } from './assumed.ts';
import type { Firings } from './firings.ts';
import { billedMs, type FunctionUse, gbSeconds } from './function-time.ts';
import { MEASURED } from './measured.ts';
import { publication } from './publication.ts';
import type { Snapshots } from './snapshots.ts';
import { type Entries, readUnits } from './stored-entry.ts';
import type { Workload } from './workload.ts';

export interface FireUse {
  readonly function: FunctionUse;
  /** Of all it reads, but for looks before an append. */
  readonly readUnits: number;
  readonly gets: number;
}

export interface FireWork {
  readonly batches: number;
  /** Of a batch. */
  readonly rows: number;
  readonly entries: Entries;
  readonly firings: Firings;
  readonly snapshots: Snapshots;
}

// New epochs and new requests of people.
const LOG_READS = 2;

/** All invocations of a month, of all lanes. Every lane reads every commit. */
export function fireUse(workload: Workload, { batches, rows, entries, firings, snapshots }: FireWork): FireUse {
  const { lanes, shards, fireMemoryMb } = workload;
  const { request, fire } = MEASURED.cpuUs;
  const { waitMs } = ASSUMED;
  const { commit, epoch, standstill, mark, snapshot } = entries;
  const invocations = firings.ticks + firings.wakes;

  // A log is read until nothing more comes.
  const reads = invocations * (LOG_READS + shards);
  const readsThatFind = Math.min(batches, invocations * shards);
  const foundBytes = readsThatFind === 0 ? 0 : (batches * commit.tableBytes) / readsThatFind;

  const panes = firings.panes / lanes;
  const panesAnEpoch = firings.epochs === 0 ? 0 : panes / firings.epochs;
  const { requests: publications, notes, throttledMs } = publication(workload, panesAnEpoch);

  const marks = firings.epochs * (1 + notes) + snapshots.standstills;
  const appends =
    firings.epochs * epoch.requests +
    snapshots.standstills * standstill.requests +
    marks * mark.requests +
    snapshots.written * snapshot.requests;
  const objectPuts = firings.epochs * epoch.objects + snapshots.written * snapshot.objects;
  const objectGets = batches * commit.objects;
  const tableRequests = reads + readsThatFind + appends;
  const streamRequests = firings.epochs * publications + invocations;

  const cpuUs =
    (tableRequests + streamRequests + objectPuts + objectGets) * request +
    invocations * fire.invocation +
    batches * (fire.commit + (rows / lanes) * fire.row) +
    panes * fire.pane;
  const idleMs =
    tableRequests * waitMs.dynamodb +
    streamRequests * waitMs.kinesis +
    objectPuts * waitMs.s3Put +
    (objectGets * waitMs.s3Get) / ASSUMED.s3GetsAtOnce +
    firings.epochs * throttledMs;
  const ms = billedMs(cpuUs / invocations, idleMs / invocations, fireMemoryMb);
  return {
    function: { invocations: lanes * invocations, ms, gbSeconds: gbSeconds(lanes * invocations, ms, fireMemoryMb) },
    readUnits: lanes * (reads * readUnits(0) + readsThatFind * readUnits(foundBytes)),
    gets: lanes * objectGets,
  };
}
