import { accepted, jsonWith, reading, refused, type Specimen } from './specimen.ts';

// What objects in JavaScript have without anybody having given it to them.
const INHERITED = ['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'toJSON', 'then', 'length'];
const POLLUTION = '{"polluted":true,"isPolluted":true}';

/** Events that try to be more than data. */
export const NAMES: readonly Specimen[] = [
  ...INHERITED.flatMap((name) => [
    accepted(`a property called ${name}`, jsonWith(name, POLLUTION)),
    accepted(`a property called ${name} in what is kept`, jsonWith('kept', `{${JSON.stringify(name)}:${POLLUTION}}`)),
    accepted(`the key ${name}`, JSON.stringify(reading({ key: name }))),
    accepted(`the region ${name}`, JSON.stringify(reading({ region: name }))),
    accepted(`the id ${name}`, JSON.stringify(reading({ id: name }))),
    accepted(`the text ${name}`, JSON.stringify(reading({ text: name }))),
    refused(`the source ${name}`, 'source', JSON.stringify(reading({ source: name }))),
  ]),
  accepted('a prototype within a constructor', jsonWith('constructor', `{"prototype":${POLLUTION}}`)),
  accepted('prototypes in each other', jsonWith('kept', `${'{"__proto__":'.repeat(50)}1${'}'.repeat(50)}`)),
  accepted('a property given twice', jsonWith('kept', '{"a":1,"a":2}')),
  refused('no own property at all, but its prototype has them', 'timestamp', `{"__proto__":${JSON.stringify(reading())}}`),
  refused('text that cannot be made text', 'value', JSON.stringify(reading({ text: { toString: 1 } }))),
];
