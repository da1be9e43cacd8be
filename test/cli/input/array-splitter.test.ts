import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ArraySplitter } from '../../../cli/input/array-splitter.ts';
import { EVENT_BYTES_MAX } from '../../../cli/input/raw-event.ts';
import { CommandError } from '../../../cli/command-error.ts';
import { anyCuts, bytesOf, split } from '../../fixtures/chunked-bytes.ts';

const elements = (text: string) => split(new ArraySplitter(), Buffer.from(text)).map(({ data }) => data);

describe('the elements of a JSON array', () => {
  test('come out as they stand, wherever the input is cut', () => {
    const space = fc.constantFrom('', '', ' ', '\n', '\r\n\t ');
    const element = fc.tuple(space, fc.jsonValue(), space);
    fc.assert(
      fc.property(space, fc.array(element, { maxLength: 8 }), space, anyCuts, (before, all, after, cuts) => {
        const text = `${before}[${all.map(([left, value, right]) => `${left}${JSON.stringify(value)}${right}`).join(',')}]${after}`;
        const events = split(new ArraySplitter(), Buffer.from(text), cuts);
        expect(events.map(({ data }) => JSON.parse(data) as unknown)).toEqual(
          all.map(([, value]) => JSON.parse(JSON.stringify(value)) as unknown),
        );
      }),
      { numRuns: 150 },
    );
  });

  test('may hold brackets, commas and quotes in their text', () => {
    const texts = ['"]"', '"[1,2"', '{"a":"},{"}', '"\\""', '"\\\\"', '"\\\\\\"],"', '["nested",["deep",{}]]', '{"ü":"😀"}'];
    expect(elements(`[${texts.join(',')}]`)).toEqual(texts);
  });

  test('of an empty array are none', () => {
    expect(elements('[]')).toEqual([]);
    expect(elements(' [ \n ] \n')).toEqual([]);
  });

  test('that are broken stay single: their neighbours are whole', () => {
    expect(elements('[{"a":1},{"a" 2},nonsense,{"a":3}]')).toEqual(['{"a":1}', '{"a" 2}', 'nonsense', '{"a":3}']);
  });

  test('of an array that is cut short end with what is left', () => {
    expect(elements('[{"a":1},{"a":2},{"a":')).toEqual(['{"a":1}', '{"a":2}', '{"a":']);
    expect(elements('[{"a":1},{"a":2}')).toEqual(['{"a":1}', '{"a":2}']);
  });

  test('that are not text keep their bytes', () => {
    const [event] = split(new ArraySplitter(), Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]));
    expect(event).toEqual({ data: Buffer.from([0x22, 0xff, 0x22]).toString('base64'), encoding: 'base64' });
  });

  test('of garbage are the same wherever it is cut, and nothing of it is lost but what divides it', () => {
    const piece = fc.constantFrom('[', ']', '{', '}', ',', '"', '\\', ' ', '\n', '7', 'x', 'é', '\u0000');
    const garbage = fc.oneof(
      fc.array(piece, { maxLength: 40 }).map((pieces) => Buffer.from(`[${pieces.join('')}`)),
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    );
    const letters = (bytes: Buffer) => bytes.toString('latin1').replaceAll(/[^7xÃ©]/g, '').length;
    fc.assert(
      fc.property(garbage, anyCuts, (bytes, cuts) => {
        const whole = split(new ArraySplitter(), bytes);
        expect(split(new ArraySplitter(), bytes, cuts)).toEqual(whole);
        expect(whole.reduce((sum, event) => sum + letters(bytesOf(event)), 0)).toBe(letters(bytes));
      }),
      { numRuns: 1_000 },
    );
  });

  test('beyond what a record may hold are refused before they fill the memory', () => {
    const splitter = new ArraySplitter();
    splitter.push(Buffer.from('["'));
    const chunk = Buffer.alloc(256 * 1024, 'x');
    const endless = () => {
      for (let pushed = 0; pushed <= EVENT_BYTES_MAX + chunk.length; pushed += chunk.length) splitter.push(chunk);
    };
    expect(endless).toThrow(CommandError);
    expect(endless).toThrow(`the input array has an element of more than ${EVENT_BYTES_MAX} bytes`);
  });
});
