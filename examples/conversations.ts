import { boundedOutOfOrderness, collect, count, type Duration, pipeline, tumbling } from 'mullion';

/** One thing that was said between a customer of a bank and the manager who looks after them. */
export interface Message {
  /** Which conversation it belongs to. */
  readonly session: string;
  readonly from: 'customer' | 'manager';
  /** When it was said, in epoch milliseconds. The two sides send over networks of their own, so that it may arrive after what was said later. */
  readonly at: number;
  readonly text: string;
}

/** Conversations in exchanges of so long, for a model to read: each with its messages as they were said, not as they came. */
export function conversations(length: Duration = '30s') {
  return pipeline<Message>('conversations', {
    timestamp: ({ at }) => at,
    watermark: boundedOutOfOrderness('5s'),
    windows: {
      exchange: {
        keyBy: ({ session }) => session,
        window: tumbling(length),
        aggregate: {
          said: collect({ limit: 200, of: ({ at, from, text }: Message) => ({ at, from, text }) }),
          messages: count(),
        },
      },
    },
  });
}

export default conversations();
