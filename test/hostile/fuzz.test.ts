import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { conservationDifference } from '../../shared/log/counts.ts';
import { aggregated } from '../fixtures/aggregated.ts';
import { signed } from './corpus/packed.ts';
import { ARRIVED_AT_MS, reading } from './corpus/specimen.ts';
import { countsOf, isPolluted, neighbours, refusedEvents, runHostile } from './hostile-run.ts';

// More by HOSTILE_RUNS=100000. What fails prints its seed and its path.
const RUNS = Number(process.env['HOSTILE_RUNS'] ?? 200);

vi.setConfig({ testTimeout: 30_000 + 100 * RUNS });

const hostileName = fc.constantFrom('__proto__', 'constructor', 'toString', 'prototype', 'polluted', 'length', '0', '');
const hostileNumber = fc.oneof(
  fc.double(),
  fc.constantFrom(-0, 5e-324, Number.MAX_VALUE, 2 ** 53, ARRIVED_AT_MS, ARRIVED_AT_MS + 3_600_000, -8_631_360_000_000_000),
);
const hostileText = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\ud800', 'x'.repeat(300), '%', '&=', '\u0000'), hostileName);
const hostileValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, undefined),
    hostileNumber,
    hostileText,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(fc.oneof(hostileName, fc.string()), tie('value')), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;

/** An honest event, of which some fields are anything. */
const hostileEvent = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...Object.keys(reading())), hostileName), hostileValue), { maxLength: 3 })
  .map((fields) => JSON.stringify({ ...reading(), ...Object.fromEntries(fields) }));

/** Bytes, of which some are others. */
function mutated(bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }), fc.constantFrom('set', 'insert', 'cut', 'repeat')), {
    minLength: 1,
    maxLength: 4,
  });
  return fc.tuple(bytes, changes).map(([before, all]) =>
    all.reduce((found, [place, byte, how]) => {
      const at = found.length === 0 ? 0 : place % found.length;
      if (how === 'set') return Buffer.concat([found.subarray(0, at), Buffer.from([byte]), found.subarray(at + 1)]);
      if (how === 'insert') return Buffer.concat([found.subarray(0, at), Buffer.from([byte]), found.subarray(at)]);
      if (how === 'cut') return found.subarray(0, at);
      return Buffer.concat([found, found.subarray(at)]);
    }, Buffer.from(before)),
  );
}

const text = hostileEvent.map((json) => Buffer.from(json));
const lines = fc.array(fc.oneof(hostileEvent, fc.string()), { maxLength: 20 }).map((all) => Buffer.from(all.join('\n')));
const zipped = fc.oneof(text, lines).map((bytes) => gzipSync(bytes));
const sent = fc.record({
  partitionKey: fc.string({ minLength: 1 }).map((key) => `key ${key}`),
  data: fc.oneof(text, zipped).filter(({ length }) => length > 0),
});
const libraryRecord = fc.array(sent, { minLength: 1, maxLength: 5 });

/** A payload, or what AWS's own code makes one of. */
const payload = fc.oneof<fc.Arbitrary<Uint8Array | readonly { partitionKey: string; data: Buffer }[]>[]>(
  fc.uint8Array({ maxLength: 200 }),
  text,
  lines,
  zipped,
  libraryRecord,
  mutated(text),
  mutated(lines),
  mutated(zipped),
  mutated(fc.uint8Array({ maxLength: 100 })).map((message) => signed(message)),
);

/** The same, with something else in the middle under a right MD5. */
const damage = fc.option(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { freq: 2 });

async function bytesOf(
  from: Uint8Array | readonly { partitionKey: string; data: Buffer }[],
  damaged: [number, number] | null,
): Promise<Uint8Array> {
  if (from instanceof Uint8Array) return from;
  const bytes = await aggregated(from);
  if (damaged === null) return bytes;
  const message = bytes.subarray(4, -16);
  message[damaged[0] % message.length] = damaged[1];
  return signed(message);
}

const undisturbed = neighbours(await runHostile([]));

test('whatever is delivered, all is accounted for, nothing is polluted, and its neighbours are as without it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(payload, damage), { minLength: 1, maxLength: 6 }), async (payloads) => {
      const run = await runHostile(await Promise.all(payloads.map(async ([from, damaged]) => bytesOf(from, damaged))));
      const { read, late, invalid } = countsOf(run.report);
      expect(read).toBeGreaterThanOrEqual(payloads.length);
      expect(conservationDifference(run.report.counts)).toBe(0);
      expect(refusedEvents(run.refusals.filter(({ kind }) => kind === 'invalid'))).toBe(invalid);
      expect(refusedEvents(run.refusals.filter(({ kind }) => kind === 'late'))).toBe(late);
      expect(neighbours(run)).toEqual(undisturbed);
      expect(isPolluted()).toBe(false);
    }),
    { numRuns: RUNS },
  );
});
