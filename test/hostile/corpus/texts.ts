import { Buffer } from 'node:buffer';
import { accepted, jsonWith, reading, refused, type Specimen } from './specimen.ts';

const MEGABYTE = 'x'.repeat(1_000_000);

/** Texts that are long, broken or not text, and base64 and UTF-8 that is none. */
export const TEXTS: readonly Specimen[] = [
  accepted('1 MB of text where nobody looks', JSON.stringify(reading({ ignored: MEGABYTE }))),
  accepted('10 MB of text where nobody looks', JSON.stringify(reading({ ignored: MEGABYTE.repeat(10) }))),
  accepted('10 MB of commas and brackets, all of them text', JSON.stringify(reading({ ignored: '[{,"'.repeat(2_000_000) }))),
  accepted('an id of 1 MB', JSON.stringify(reading({ id: MEGABYTE }))),
  refused('1 MB of text to be counted', 'value', JSON.stringify(reading({ text: MEGABYTE }))),
  refused('1 MB of text to be kept', 'value', JSON.stringify(reading({ kept: MEGABYTE }))),
  accepted('control characters', JSON.stringify(reading({ key: '\u0000\u0001\n\r\t"\\/\u2028\u2029\uFEFF', text: '\u0000' }))),
  accepted('a terminal escape', JSON.stringify(reading({ key: '\u001B[2J\u001B]0;owned\u0007' }))),
  accepted('characters of every plane', JSON.stringify(reading({ key: 'ü漢😀\u{10FFFF}', region: '&=%25%', text: '%E0%A4%A' }))),
  accepted('text from right to left', JSON.stringify(reading({ key: '\u202Eevil\u202C' }))),
  refused('a key that is half a character', 'key', jsonWith('key', '"a\\ud800"')),
  refused('a region that is half a character', 'key', jsonWith('region', '"\\udc00a"')),
  refused('text that is half a character', 'value', jsonWith('text', '"\\ud83d"')),
  accepted('half a character to be kept', jsonWith('kept', '"\\ud83d"')),
  accepted('half a character as an id', jsonWith('id', '"\\ud83d"')),
  refused('UTF-8 that is none', 'utf8', Buffer.concat([Buffer.from('{"key":"'), Buffer.from([0xc3, 0x28, 0xff]), Buffer.from('"}')])),
  refused('UTF-8 that is longer than need be', 'utf8', Buffer.from([0x7b, 0xc0, 0xaf, 0x7d])),
  refused('half a character in UTF-8', 'utf8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])),
  refused('UTF-16', 'json', Buffer.from(JSON.stringify(reading()), 'utf16le')),
  refused('a byte order mark', 'json', `\uFEFF${JSON.stringify(reading())}`),
  refused('zeros', 'json', Buffer.alloc(1_000)),
];
