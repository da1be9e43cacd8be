import type { Message } from '../../examples/conversations.ts';

/** A message, and when it reaches the stream: up to five seconds after it was said. */
export interface Arrival {
  readonly message: Message;
  readonly arrivedAtMs: number;
}

/** Monday, 2 March 2026, 09:00 UTC. */
const BEGIN_MS = Date.UTC(2026, 2, 2, 9);

/** Seconds from the beginning, how many more on the way, who, what. */
type Line = readonly [at: number, delay: number, from: Message['from'], text: string];

const SAID: Readonly<Record<string, readonly Line[]>> = {
  'mortgage-417': [
    [1, 0.3, 'customer', 'Good morning. The fixed rate of our mortgage ends in June, and the letter says it becomes variable then.'],
    [6, 0.4, 'manager', 'Good morning! Yes, on the 30th. Do you expect to stay in the house?'],
    [13, 4.6, 'customer', 'For ten years at least. Our second child is on the way.'],
    [15, 0.2, 'manager', 'Then a new fixed period may suit you.'],
    [22, 3.9, 'customer', 'We are afraid that the monthly payment becomes too much when my wife works less.'],
    [24, 0.1, 'manager', 'How much less do you think, and from when?'],
    [33, 0.5, 'customer', 'Half the hours, from September, for a year and a half.'],
    [39, 0.4, 'manager', 'You may pause the capital part of the payment for up to two years. The interest goes on.'],
    [47, 4.9, 'customer', 'That would be about 400 less a month?'],
    [49, 0.2, 'manager', '430, by what is left today.'],
    [56, 1.1, 'customer', 'And what does that cost us in the end?'],
    [66, 0.3, 'manager', 'The term gets longer by as much as you pause. I will send you both plans.'],
    [74, 4.4, 'customer', 'Please with ten and with fifteen years fixed.'],
    [76, 0.2, 'manager', 'Both by tomorrow noon. Shall we talk on Thursday?'],
    [83, 0.4, 'customer', 'Thursday after five is fine.'],
  ],
  'card-22': [
    [4, 0.2, 'customer', 'My card was declined in Lisbon twice today!'],
    [9, 3.8, 'manager', 'I am sorry. Let me look at it at once.'],
    [11, 0.2, 'customer', 'I am at the till of a hotel.'],
    [18, 0.5, 'manager', 'Both were stopped because the amount is far above your usual ones. Is it you who pays 2,380 euros?'],
    [23, 4.2, 'customer', 'Yes, for the whole family.'],
    [26, 0.1, 'customer', 'Can it be unlocked right now?'],
    [36, 0.4, 'manager', 'Done. Please try it again within ten minutes.'],
    [52, 4.7, 'customer', 'It went through.'],
    [54, 0.3, 'customer', 'Can this be avoided next time?'],
    [62, 0.3, 'manager', 'Tell the app where you travel and what you expect to spend. I have noted Lisbon until Sunday.'],
  ],
};

/** What was said, in the order of its arrival. */
export function arrivals(): Arrival[] {
  return Object.entries(SAID)
    .flatMap(([session, lines]) =>
      lines.map(([at, delay, from, text]) => ({
        message: { session, from, at: BEGIN_MS + at * 1_000, text },
        arrivedAtMs: BEGIN_MS + (at + delay) * 1_000,
      })),
    )
    .toSorted((a, b) => a.arrivedAtMs - b.arrivedAtMs);
}
