import { accepted, jsonWith, reading, refused, type Specimen } from './specimen.ts';

/** Keys that are long, or no text. */
export const KEYS: readonly Specimen[] = [
  accepted('a key of 256 characters', JSON.stringify(reading({ key: 'k'.repeat(220), region: 'r' }))),
  accepted('a key that is a number', jsonWith('key', '-0')),
  accepted('a key that looks like a pane id', JSON.stringify(reading({ key: 'readings:numbers:0-10000:a:0' }))),
  accepted('a key that looks like a group', JSON.stringify(reading({ key: '*', region: 'region=a&key=b' }))),
  accepted('a region that is true', jsonWith('region', 'true')),
  refused('a key of 2 KB', 'key', JSON.stringify(reading({ key: 'k'.repeat(2_048) }))),
  refused('a key of 1 MB', 'key', JSON.stringify(reading({ key: 'k'.repeat(1_000_000) }))),
  refused(
    'two fields that make a key of more than 256 characters',
    'key',
    JSON.stringify(reading({ key: 'k'.repeat(200), region: 'r'.repeat(200) })),
  ),
  refused('a region that its escapes make too long', 'key', JSON.stringify(reading({ region: '%'.repeat(200) }))),
  ...['""', 'null', 'true', '{}', '[]', '["a"]', '1e999', '{"toString":null}'].map((key) =>
    refused(`the key ${key}`, 'key', jsonWith('key', key)),
  ),
  ...['null', '{}', '["a"]', '1e999', '""'].map((region) => refused(`the region ${region}`, 'key', jsonWith('region', region))),
  ...['""', 'null', 'true', '{}', '[1]', '1e999'].map((id) => refused(`the id ${id}`, 'id', jsonWith('id', id))),
  ...['null', '{}', '["main"]', '""', '1'].map((source) => refused(`the source ${source}`, 'source', jsonWith('source', source))),
];
