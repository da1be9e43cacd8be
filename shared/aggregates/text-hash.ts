import { Buffer } from 'node:buffer';

/**
 * A hash of text as a whole number below 2^53: the most that a double holds whole. Two of 10^8 different texts share one with a probability
 * of about 0.4. Not secret: whoever wants to can make texts that collide.
 *
 * The first 53 bits of MurmurHash3 x86_128, seed 0, of the text in UTF-16 (little-endian).
 */
export function hashText(text: string): number {
  const length = text.length * 2;
  // One that is longer may be very long, and nothing of it is kept.
  const bytes = length <= scratch.length ? scratch : Buffer.allocUnsafe(length);
  bytes.write(text, 'utf16le');
  const hash = murmur3(bytes, length, 0);
  return (hash[0] as number) * 0x20_0000 + ((hash[1] as number) >>> 11);
}

const scratch = Buffer.allocUnsafe(16_384);

const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

const hash = new Uint32Array(4);

/**
 * MurmurHash3 x86_128 of the first `length` bytes: four 32-bit words, overwritten by the next call.
 *
 * Source: Austin Appleby, MurmurHash3.cpp (public domain).
 */
export function murmur3(bytes: Buffer, length: number, seed: number): Uint32Array {
  let h1 = seed;
  let h2 = seed;
  let h3 = seed;
  let h4 = seed;
  const blocksEnd = length - (length % 16);
  for (let offset = 0; offset < blocksEnd; offset += 16) {
    h1 ^= Math.imul(rotate(Math.imul(word(bytes, offset), C1), 15), C2);
    h1 = (Math.imul((rotate(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0;
    h2 ^= Math.imul(rotate(Math.imul(word(bytes, offset + 4), C2), 16), C3);
    h2 = (Math.imul((rotate(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0;
    h3 ^= Math.imul(rotate(Math.imul(word(bytes, offset + 8), C3), 17), C4);
    h3 = (Math.imul((rotate(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0;
    h4 ^= Math.imul(rotate(Math.imul(word(bytes, offset + 12), C4), 18), C1);
    h4 = (Math.imul((rotate(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0;
  }
  // What is missing of the last block counts as zeros, and a word of zeros changes nothing.
  h4 ^= Math.imul(rotate(Math.imul(tailWord(bytes, blocksEnd + 12, length), C4), 18), C1);
  h3 ^= Math.imul(rotate(Math.imul(tailWord(bytes, blocksEnd + 8, length), C3), 17), C4);
  h2 ^= Math.imul(rotate(Math.imul(tailWord(bytes, blocksEnd + 4, length), C2), 16), C3);
  h1 ^= Math.imul(rotate(Math.imul(tailWord(bytes, blocksEnd, length), C1), 15), C2);

  h1 ^= length;
  h2 ^= length;
  h3 ^= length;
  h4 ^= length;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = mix(h1);
  h2 = mix(h2);
  h3 = mix(h3);
  h4 = mix(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  hash[0] = h1;
  hash[1] = h2 + h1;
  hash[2] = h3 + h1;
  hash[3] = h4 + h1;
  return hash;
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function word(bytes: Buffer, offset: number): number {
  return (
    (bytes[offset] as number) |
    ((bytes[offset + 1] as number) << 8) |
    ((bytes[offset + 2] as number) << 16) |
    ((bytes[offset + 3] as number) << 24)
  );
}

function tailWord(bytes: Buffer, offset: number, end: number): number {
  let value = 0;
  for (let index = Math.min(offset + 3, end - 1); index >= offset; index--) value = (value << 8) | (bytes[index] as number);
  return value;
}
