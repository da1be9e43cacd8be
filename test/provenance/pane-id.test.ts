import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePaneId } from '../../shared/provenance/pane-id.ts';

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,9}$/);
const time = fc.integer({ min: -(10 ** 15), max: 10 ** 15 });
/** Any text, and texts that look like what stands around a key. */
const key = fc.oneof(
  fc.string({ minLength: 1, unit: 'binary' }),
  fc.string({ minLength: 1, unit: fc.constantFrom(':', '0', '-', '\n', 'retraction', ':retraction') }),
);

test('an id is read as what it was written from, whatever stands in the key', () => {
  fc.assert(
    fc.property(name, name, time, time, key, fc.nat(), fc.boolean(), (pipeline, window, start, end, anyKey, index, isRetraction) => {
      const text = `${pipeline}:${window}:${start}-${end}:${anyKey}:${index}${isRetraction ? ':retraction' : ''}`;
      expect(parsePaneId(text)).toEqual({ text, pipeline, window, start, end, key: anyKey, index, isRetraction });
    }),
  );
});

test.for(['', 'a', 'a:b:0-1:k', 'a:b:0-1::0', 'a:b:0:k:0', 'a:b:0-1:k:x', 'a:b:0-1:k:0:withdrawn', '{"id":"a:b:0-1:k:0"}'])(
  'not an id: %s',
  (text) => {
    expect(parsePaneId(text)).toBeUndefined();
  },
);
