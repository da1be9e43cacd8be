import { accepted, ARRIVED_AT_MS, jsonWith, refused, type Specimen } from './specimen.ts';

/** Events from the beginning of time, from its end, and from no time at all. */
export const TIMES: readonly Specimen[] = [
  ...['0', '-0', '-1', '-62135596800000', '-8639999999999', String(ARRIVED_AT_MS + 3_600_000)].map((at) =>
    accepted(`the time ${at}`, jsonWith('at', at)),
  ),
  accepted('as long ago as can be', jsonWith('at', '-8631360000000000')),
  refused('a millisecond longer ago than can be', 'timestamp', jsonWith('at', '-8631360000000001')),
  ...[
    '1e300',
    '-1e300',
    '1e999',
    '5e-324',
    '0.5',
    '8640000000000001',
    '-8640000000000001',
    '9007199254740993',
    'null',
    'true',
    '{}',
    '[]',
  ].map((at) => refused(`the time ${at}`, 'timestamp', jsonWith('at', at))),
  refused('a time that is text', 'timestamp', jsonWith('at', `"${ARRIVED_AT_MS}"`)),
  refused('a time that is a date', 'timestamp', jsonWith('at', '"2001-01-10T18:20:00Z"')),
  refused('the year 9999', 'future', jsonWith('at', '253370764800000')),
  refused('one millisecond too far ahead', 'future', jsonWith('at', String(ARRIVED_AT_MS + 3_600_001))),
  refused('nanoseconds', 'timestamp', jsonWith('at', String(ARRIVED_AT_MS * 1_000_000))),
];
