import { createHash } from 'node:crypto';
import { expiredEntry } from '../../log/expired-log-error.ts';
import { CorruptEntryError } from '../../log/frame.ts';
import { type LogName, payloadObject } from '../../log/keys.ts';
import type { Position } from '../../log/position.ts';
import type { ObjectStore } from '../object-store.ts';
import type { ObjectReference } from './entry-item.ts';

/** Payloads that are objects. */
export interface PayloadObjects {
  readonly store: ObjectStore;
  /** Which payloads become objects, and where; none where nothing is said, and those that are there are read. */
  readonly written?: {
    /** A URL below which every payload has its object, without a slash at its end. */
    readonly at: string;
    /** From how many bytes on a payload is an object: about where a `PUT` is cheaper than the write units of an item. */
    readonly fromBytes: number;
  };
}

/**
 * Writes a payload as an object, before the entry that refers to it: whoever sees the entry can read all of it, and an object that nothing refers to
 * expires. Its name says what it holds: written again it is the same, and another writer's has another name.
 */
export async function writePayloadObject(
  store: ObjectStore,
  at: string,
  log: LogName,
  position: Position,
  payload: Uint8Array,
): Promise<ObjectReference> {
  const digest = createHash('sha256').update(payload).digest('hex');
  const address = `${at}/${payloadObject(log, position, digest)}`;
  await store.put(address, payload, digest);
  return { kind: 'object', address, bytes: payload.length };
}

/**
 * @param isDue Whether the entry is one that may have been deleted by now.
 * @throws {CorruptEntryError} when the object is missing or not what was written.
 * @throws {ExpiredLogError} when it is missing because its time has come: its entry will follow.
 */
export async function readPayloadObject(
  objects: PayloadObjects | undefined,
  log: LogName,
  position: Position,
  { address }: ObjectReference,
  isDue: boolean,
): Promise<Uint8Array> {
  if (objects === undefined) throw new Error(`${log} at ${position}: its payload is ${address}, and nothing was given that reads objects`);
  const payload = await objects.store.get(address);
  if (payload === undefined) {
    if (isDue) throw expiredEntry(log, position);
    throw new CorruptEntryError(`${log} at ${position}: its payload ${address} is not there, or may not be read`, { position });
  }
  if (!address.endsWith(createHash('sha256').update(payload).digest('hex')))
    throw new CorruptEntryError(`${log} at ${position}: its payload ${address} does not fit its digest`, { position });
  return payload;
}
