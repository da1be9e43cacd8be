import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assertIntact, CorruptEntryError, FORMAT_VERSION, frame, frameParts, unframe, unframeParts } from '../../shared/log/frame.ts';

const HEADER = '{"kind":"commit","shard":"shardId-000000000000"}';
const SHORT = Buffer.from('too short to be compressed');
const LONG = Buffer.from('long enough to be compressed. '.repeat(20));
const INCOMPRESSIBLE = randomBytes(3_000);

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Buffer.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
  return copy;
}

describe('a framed payload', () => {
  test.each([
    ['empty', Buffer.alloc(0)],
    ['short', SHORT],
    ['long', LONG],
    ['incompressible', INCOMPRESSIBLE],
  ])('that is %s comes back as it was', (_name, payload) => {
    expect(Buffer.from(unframe(HEADER, frame(HEADER, payload)))).toEqual(Buffer.from(payload));
  });

  test('is compressed where that pays', () => {
    expect(frame(HEADER, LONG).length).toBeLessThan(LONG.length / 4);
    expect(frame(HEADER, SHORT).length).toBeLessThan(SHORT.length + 10);
  });

  test('comes back from the middle of a larger buffer', () => {
    const framed = frame(HEADER, LONG);
    const around = Buffer.concat([Buffer.from('before'), framed, Buffer.from('after')]);
    expect(Buffer.from(unframe(HEADER, around.subarray(6, 6 + framed.length)))).toEqual(LONG);
  });

  test.each([
    ['short', SHORT],
    ['long', LONG],
  ])('that is %s is refused when any single bit of it is flipped', (_name, payload) => {
    const framed = frame(HEADER, payload);
    for (let bit = 0; bit < framed.length * 8; bit++) {
      expect(() => unframe(HEADER, flipped(framed, bit)), `bit ${bit}`).toThrow(CorruptEntryError);
      expect(() => assertIntact(HEADER, flipped(framed, bit)), `bit ${bit}`).toThrow(CorruptEntryError);
    }
  });

  test('is refused when bits anywhere in it are flipped, up to 32 in a row', () => {
    const framed = frame(HEADER, INCOMPRESSIBLE);
    fc.assert(
      fc.property(fc.nat(framed.length * 8 - 33), fc.integer({ min: 1, max: 0xffff_ffff }), (at, pattern) => {
        let damaged: Uint8Array = framed;
        for (let index = 0; index < 32; index++) if ((pattern >>> index) & 1) damaged = flipped(damaged, at + index);
        expect(() => unframe(HEADER, damaged)).toThrow(CorruptEntryError);
      }),
    );
  });

  test('is refused when it is cut short, wherever', () => {
    const framed = frame(HEADER, LONG);
    for (let length = 0; length < framed.length; length++)
      expect(() => unframe(HEADER, framed.subarray(0, length))).toThrow(CorruptEntryError);
    expect(() => unframe(HEADER, framed.subarray(0, 5))).toThrow('a payload of 5 bytes is shorter than its own header');
  });

  test('is refused when one byte stands too many behind it', () => {
    expect(() => unframe(HEADER, Buffer.concat([frame(HEADER, LONG), Buffer.alloc(1)]))).toThrow(CorruptEntryError);
  });

  test('is refused beside another header: what is readable cannot be changed unseen', () => {
    const framed = frame(HEADER, LONG);
    fc.assert(
      fc.property(fc.nat(HEADER.length * 7 - 1), (bit) => {
        // Seven bits a character, so that the header stays text.
        const at = Math.floor(bit / 7);
        const changed = HEADER.slice(0, at) + String.fromCharCode(HEADER.charCodeAt(at) ^ (1 << (bit % 7))) + HEADER.slice(at + 1);
        expect(() => unframe(changed, framed)).toThrow('a payload does not fit its checksum');
        expect(() => assertIntact(changed, framed)).toThrow('a payload does not fit its checksum');
      }),
    );
    expect(() => unframe('', framed)).toThrow(CorruptEntryError);
  });

  test('of a compression that is unknown here is refused', () => {
    const framed = Buffer.from(frame(HEADER, SHORT));
    framed[1] = 7;
    framed.writeUInt32LE(crc32(framed.subarray(6), crc32(framed.subarray(0, 2), crc32(HEADER))), 2);
    expect(() => unframe(HEADER, framed)).toThrow(new CorruptEntryError('a payload is compressed as 7, which this version does not know'));
  });

  test('of bytes that were never compressed, though it says so, is refused', () => {
    const framed = Buffer.from(frame(HEADER, SHORT));
    framed[1] = 1;
    framed.writeUInt32LE(crc32(framed.subarray(6), crc32(framed.subarray(0, 2), crc32(HEADER))), 2);
    expect(() => unframe(HEADER, framed)).toThrow(new CorruptEntryError(`a payload of ${SHORT.length} bytes cannot be decompressed`));
  });

  test('of a newer version is refused, and the sentence says what to do', () => {
    const newer = Buffer.from(frame(HEADER, LONG));
    newer[0] = FORMAT_VERSION + 1;
    expect(() => unframe(HEADER, newer)).toThrow(
      new CorruptEntryError(
        `a payload has format version ${FORMAT_VERSION + 1}; this version reads ${FORMAT_VERSION}: deploy the version that wrote it`,
      ),
    );
  });
});

describe('a payload in parts', () => {
  const parts = [LONG, SHORT, INCOMPRESSIBLE, Buffer.from('x')];
  const framedParts = (of: readonly Uint8Array[]) => frameParts(HEADER, (add) => of.forEach(add));

  test('comes back in them, or whole', () => {
    const framed = framedParts(parts);
    expect([...unframeParts(HEADER, framed)].map((part) => Buffer.from(part))).toEqual(parts);
    expect(Buffer.from(unframe(HEADER, framed))).toEqual(Buffer.concat(parts));
  });

  test.each([
    ['none', []],
    ['one, short', [SHORT]],
    ['one, long', [LONG]],
  ])('is written as if it were whole when there is %s', (_what, few: Buffer[]) => {
    expect(framedParts(few)).toEqual(frame(HEADER, Buffer.concat(few)));
  });

  test.each([
    ['goes on behind its end', (body: Buffer) => body.writeUInt32LE(0xffff_ffff, 0), 'a part of a payload goes on behind its end'],
    ['is cut', (body: Buffer) => body.writeUInt32LE(3, 0), 'a payload of 3 bytes cannot be decompressed'],
  ])('is refused where a part %s', (_what, damage, message) => {
    const framed = Buffer.from(framedParts(parts));
    damage(framed.subarray(6));
    framed.writeUInt32LE(crc32(framed.subarray(6), crc32(framed.subarray(0, 2), crc32(HEADER))), 2);
    expect(() => unframe(HEADER, framed)).toThrow(new CorruptEntryError(message));
  });
});
