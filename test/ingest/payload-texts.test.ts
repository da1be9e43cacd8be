import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBase64 } from '../../shared/ingest/decode.ts';
import type { InputRecord } from '../../shared/ingest/input-record.ts';
import { InvalidRecord } from '../../shared/ingest/invalid-record.ts';
import { PayloadTexts } from '../../shared/ingest/payload-texts.ts';
import type { SequenceNumber } from '../../shared/log/sequence-number.ts';

type Payload = Pick<InputRecord, 'data' | 'encoding'>;

const base64 = (bytes: Uint8Array | string): Payload => ({ data: Buffer.from(bytes as string).toString('base64'), encoding: 'base64' });

const anyPayload: fc.Arbitrary<Payload> = fc.oneof(
  { arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 3_000 }).map(base64), weight: 6 },
  fc.string({ unit: 'binary' }).map(base64),
  fc.uint8Array().map(base64),
  fc.nat(70_000).map((length) => base64('x'.repeat(length))),
  fc.string({ unit: 'binary' }).map((data): Payload => ({ data, encoding: 'utf8' })),
  // What is no base64, or only nearly.
  fc
    .string({ unit: fc.constantFrom('A', 'z', '9', '+', '/', '-', '_', '=', ' ', '\n', '!', 'é') })
    .map((data): Payload => ({ data, encoding: 'base64' })),
);

const textOf = (read: () => string): string => {
  try {
    return `text ${read()}`;
  } catch (error) {
    if (!(error instanceof InvalidRecord)) throw error;
    return `${error.code} ${error.message}`;
  }
};

test('payloads decoded many at a time are what they are one by one, whatever stands beside them', () => {
  fc.assert(
    fc.property(fc.array(anyPayload, { maxLength: 60 }), (payloads) => {
      const records = payloads.map(
        (payload, index): InputRecord => ({
          ...payload,
          sequenceNumber: String(index) as SequenceNumber,
          partitionKey: '',
          arrivedAtMs: 0,
        }),
      );
      const texts = new PayloadTexts(records);
      const alone = records.map(({ data, encoding }) => textOf(() => (encoding === 'utf8' ? data : decodeBase64(data))));
      expect(records.map((_record, index) => textOf(() => texts.at(index)))).toEqual(alone);
      // Folding may stop at a record and go on there.
      expect(records.map((_record, index) => textOf(() => texts.at(index)).concat(textOf(() => texts.at(index))))).toEqual(
        alone.map((text) => text.concat(text)),
      );
    }),
    // Node skips the letter, and what is left is as long as the padding makes believe.
    { examples: [[[{ data: 'AAéAAAAA=', encoding: 'base64' }]]] },
  );
});
