import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { hashText, murmur3 } from '../../shared/aggregates/text-hash.ts';

test('is MurmurHash3 x86_128: it has the verification value of the reference test suite', () => {
  // SMHasher: hash the keys 0, 01, 012, … of up to 255 bytes with seed 256 − length, then hash all the hashes with seed 0.
  const hashes = Buffer.alloc(256 * 16);
  const key = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
  for (let length = 0; length < 256; length++) {
    for (const [index, part] of murmur3(key, length, 256 - length).entries()) hashes.writeUInt32LE(part, length * 16 + index * 4);
  }
  expect(murmur3(hashes, hashes.length, 0)[0]).toBe(0xb3ece62a);
});

test('gives whole numbers below 2^53 that use all their bits', () => {
  const hashes = Array.from({ length: 2_000 }, (_, index) => hashText(`user-${index}`));
  expect(hashes.every(Number.isSafeInteger)).toBe(true);
  for (let bit = 0; bit < 53; bit++) {
    const set = hashes.filter((hash) => Math.floor(hash / 2 ** bit) % 2 === 1).length;
    expect(set).toBeGreaterThan(850);
    expect(set).toBeLessThan(1_150);
  }
});

test('tells apart what UTF-8 could not, and takes texts of any length', () => {
  const texts = ['', '\ud800', '\ud801', '\ufffd', 'é', 'e\u0301', 'x'.repeat(5_000), 'x'.repeat(5_001)];
  expect(new Set(texts.map(hashText)).size).toBe(texts.length);
  expect(hashText('x'.repeat(5_000))).toBe(hashText('x'.repeat(5_000)));
});
