import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineWriter, phrase } from '../../shared/log/line-writer.ts';

/** The parts that are handed on; their bytes are overwritten afterwards. */
function partsOf(write: (lines: LineWriter) => void): string[] {
  const parts: string[] = [];
  const lines = new LineWriter((part) => void parts.push(Buffer.from(part).toString('utf8')));
  write(lines);
  lines.end();
  return parts;
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ maxLength: 200 }),
  fc.constantFrom('"', '\\', '\n', '\u2028', 'é', '😀', '\u007f'),
);

describe('a writer of lines', () => {
  test('writes what strings put together would be', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text, fc.oneof(fc.double(), fc.integer())), { maxLength: 20 }), (lines) => {
        const [written] = partsOf((writer) => {
          for (const [plain, json, number] of lines) {
            writer.text(plain);
            writer.phrase(phrase(json));
            writer.unquotedTwice(json, phrase(plain));
            writer.number(number);
            writer.endLine();
          }
        });
        const unquoted = (of: string) => JSON.stringify(of).slice(1, -1);
        expect(written).toBe(
          lines
            .map(([plain, json, number]) => `${plain}${json}${unquoted(json)}${plain}${unquoted(json)}${JSON.stringify(number)}\n`)
            .join(''),
        );
      }),
    );
  });

  test.each([
    ['ASCII', 'x'],
    ['others', 'ü'],
  ])('cuts parts behind lines, by how many units of %s they have, and not by bytes', (_what, unit) => {
    const line = unit.repeat(999);
    const parts = partsOf((writer) => {
      for (let count = 0; count < 2_000; count++) {
        writer.text(line);
        writer.endLine();
      }
    });
    // Sixteen stretches of 66 lines, 66,000 units each.
    expect(parts.map((part) => part.length)).toEqual([1_056_000, 944_000]);
    expect(parts.join('')).toBe(`${line}\n`.repeat(2_000));
  });

  test('hands on one part where there is nothing', () => {
    expect(partsOf(() => {})).toEqual(['']);
  });
});
