import { Random } from '../../simulation/random.ts';
import type { Payment } from '../examples/payments.ts';

export interface TrafficOptions {
  readonly seed: number;
  readonly events: number;
  readonly accounts: number;
  /** How much event time they take. */
  readonly spanMs: number;
}

/** What a producer puts on the stream. */
export interface Sent {
  /** `late`: some minutes older than what is around it. `repeat`: the same once more. `broken`: no event at all. */
  readonly kind: 'honest' | 'late' | 'repeat' | 'broken';
  /** Of a broken one what it was meant to be. */
  readonly payment: Payment;
  readonly partitionKey: string;
  readonly data: string;
}

const STARTED_AT_MS = Date.parse('2026-03-02T08:00:00Z');
// Less than the bound of the pipeline, which so holds for every event that is not made late.
const DISORDER_MS_MAX = 4_000;
const LATE_BY_MS = 600_000;
const LATE_SHARE = 1 / 300;
const REPEATED_SHARE = 1 / 200;
const BROKEN_SHARE = 1 / 500;
const REGIONS = ['north', 'east', 'south', 'west'];

/** Payments in the order in which they reach the stream, the same for the same options. */
export function* trafficOf({ seed, events, accounts, spanMs }: TrafficOptions): Generator<Sent> {
  const random = new Random(seed);
  for (let id = 0; id < events; id++) {
    const isLate = random.chance(LATE_SHARE);
    const account = random.below(accounts);
    const payment: Payment = {
      id,
      at: STARTED_AT_MS + Math.floor((id * spanMs) / events) - random.below(DISORDER_MS_MAX) - (isLate ? LATE_BY_MS : 0),
      account: `account-${account}`,
      region: REGIONS[account % REGIONS.length] as string,
      cents: 1 + random.below(100_000),
    };
    const data = JSON.stringify(payment);
    const partitionKey = payment.account;
    if (random.chance(BROKEN_SHARE)) {
      yield { kind: 'broken', payment, partitionKey, data: data.slice(0, -random.below(10) - 1) };
      continue;
    }
    yield { kind: isLate ? 'late' : 'honest', payment, partitionKey, data };
    if (random.chance(REPEATED_SHARE)) yield { kind: 'repeat', payment, partitionKey, data };
  }
}
