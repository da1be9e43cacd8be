import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CommandError } from '../../../cli/command-error.ts';
import { LineSplitter } from '../../../cli/input/line-splitter.ts';
import { EVENT_BYTES_MAX } from '../../../cli/input/raw-event.ts';
import { anyCuts, bytesOf, split } from '../../fixtures/chunked-bytes.ts';

describe('the lines of an input', () => {
  test('are its payloads, blank ones left out, wherever it is cut', () => {
    const line = fc.oneof(
      fc.jsonValue().map((value) => JSON.stringify(value)),
      fc.constantFrom('', ' ', '\t', '{"ü":"😀"}', '{broken'),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\r\n'), fc.boolean(), anyCuts, (lines, end, last, cuts) => {
        const text = lines.join(end) + (last ? end : '');
        const payloads = split(new LineSplitter(), Buffer.from(text), cuts).map(({ data }) => data.trim());
        expect(payloads).toEqual(lines.map((each) => each.trim()).filter((each) => each !== ''));
      }),
      { numRuns: 150 },
    );
  });

  test('that are not text keep their bytes, and do not change their neighbours', () => {
    const fragment = fc.oneof(
      fc.constantFrom('a', 'é', '😀', ' ', '\n', '\n', '\r\n').map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 30 }), anyCuts, (fragments, cuts) => {
        const bytes = Buffer.concat(fragments);
        const events = split(new LineSplitter(), bytes, cuts);
        // latin1 shows every byte as a letter: a plain split of what there was.
        const lines = bytes
          .toString('latin1')
          .split('\n')
          .map((line) => Buffer.from(line, 'latin1'));
        expect(events.map((event) => bytesOf(event))).toEqual(lines.filter((line) => line.toString('utf8').trim() !== ''));
      }),
      { numRuns: 1_000 },
    );
  });

  test('beyond what a record may hold are refused before they fill the memory', () => {
    const splitter = new LineSplitter();
    const chunk = Buffer.alloc(256 * 1024, 'x');
    const endless = () => {
      for (let pushed = 0; pushed <= EVENT_BYTES_MAX + chunk.length; pushed += chunk.length) splitter.push(chunk);
    };
    expect(endless).toThrow(CommandError);
    expect(endless).toThrow(`the input has a line of more than ${EVENT_BYTES_MAX} bytes; is it one JSON document a line?`);
  });
});
