import { accepted, jsonWith, refused, type Specimen } from './specimen.ts';

/** Numbers at the ends of what doubles hold, and what is no number. */
export const NUMBERS: readonly Specimen[] = [
  ...[
    '0',
    '-0',
    '-0.0e-999',
    '5e-324',
    '-5e-324',
    '1e-400',
    '2.2250738585072011e-308',
    '1.7976931348623157e308',
    '-1.7976931348623157e308',
    '9007199254740993',
    '123456789012345678901234567890',
    `0.${'1'.repeat(100_000)}`,
    '1'.repeat(300),
  ].map((number) => accepted(`the value ${shortened(number)}`, jsonWith('value', number))),
  ...['1e999', '-1e999', '1'.repeat(400), '"1"', '[1]', '{}', '{"valueOf":1}', 'null', 'true', '""'].map((value) =>
    refused(`the value ${shortened(value)}`, 'value', jsonWith('value', value)),
  ),
  ...['NaN', 'Infinity', '0x10', '1_000', '.5', '1.', '+1', '01', '1n'].map((value) =>
    refused(`the value ${value}, which is no JSON`, 'json', jsonWith('value', value)),
  ),
  ...['0', '-1', '1.5', '3600001', '1e300', '"1000"', 'null', '{}'].map((gap) =>
    refused(`the gap ${gap}`, 'value', jsonWith('gapMs', gap)),
  ),
];

function shortened(number: string): string {
  return number.length <= 40 ? number : `${number.slice(0, 10)}… of ${number.length} digits`;
}
