import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventTexts } from '../../shared/intake/event-texts.ts';
import { elementTexts, memberTexts } from '../../shared/intake/json-texts.ts';

const spacing = fc.constantFrom(undefined, 1, '\t', '  ');

describe('the parts of a JSON text', () => {
  test('are those that JSON.parse finds, however it is written', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), spacing, (values, space) => {
        // What is no number of JSON is written as null.
        const text = JSON.stringify(values, undefined, space);
        expect(elementTexts(text).map((element) => JSON.parse(element) as unknown)).toEqual(JSON.parse(text));
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), spacing, (object, space) => {
        const text = JSON.stringify(object, undefined, space);
        const parsed = Object.entries(JSON.parse(text) as object);
        expect([...memberTexts(text)].map(([name, value]) => [name, JSON.parse(value) as unknown])).toEqual(parsed);
      }),
    );
  });

  test('keep what a double has no room for, and what is written in another way', () => {
    const numbers = ['9007199254740993', '0.1000000000000000055', '1e400', '-0', '1.0', '12E+2'];
    expect(elementTexts(`[ ${numbers.join(' , ')} ]`)).toEqual(numbers);
    expect([...memberTexts(`{"a" : 9007199254740993,"b":"\\u0062\\"}]","c":[{"d":1}] }`)]).toEqual([
      ['a', '9007199254740993'],
      ['b', `"\\u0062\\"}]"`],
      ['c', '[{"d":1}]'],
    ]);
  });

  test('are the last one of a name that comes twice, however the name is written', () => {
    expect([...memberTexts(`{"data":1,"d\\u0061ta":{"data":2}}`)]).toEqual([['data', '{"data":2}']]);
  });
});

test('an event of a batch is what stands there, wherever that is', () => {
  const batch = '{"events": [{"data": {\r\n  "a": "x\\n",\n  "b": 1\n}}, {"partitionKey": "k", "data": 2}], "id": "1"}';
  expect(eventTexts(batch)).toEqual(['{\r\n  "a": "x\\n",\n  "b": 1\n}', '2']);
});
