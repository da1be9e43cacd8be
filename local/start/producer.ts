import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { flightsByArrival } from '../flights-by-arrival.ts';
import { produce } from '../producer.ts';

/** Whoever puts events on the input stream while the system runs. */
export interface Producer {
  /** What its events are called. */
  readonly noun: string;
  /** Said before it begins. */
  readonly announcement: string;
  /** Puts them there, until there are no more or the signal. */
  run(input: Input, ending: AbortSignal): Promise<Produced>;
}

export interface Input {
  readonly kinesis: KinesisClient;
  /** Of Kinesis; AWS itself when absent. */
  readonly endpoint: string | undefined;
  readonly streamName: string;
}

export interface Produced {
  /** Events that the stream has taken. */
  readonly sentCount: number;
  /** What else there is to say at the end. */
  readonly summary: readonly string[];
}

/** The flights of the example, once. */
export function flights(eventsPerSecond: number): Producer {
  return {
    noun: 'flights',
    announcement: 'flights are on their way',
    run: async ({ kinesis, streamName }, ending) => {
      const { sentCount } = await produce({ kinesis, streamName, eventsPerSecond }, flightEvents(), ending);
      return { sentCount, summary: [] };
    },
  };
}

/** Nobody: events come from elsewhere. */
export const NOBODY: Producer = {
  noun: 'events',
  announcement: 'events are waited for',
  run: async () => ({ sentCount: 0, summary: [] }),
};

function* flightEvents() {
  for (const flight of flightsByArrival()) yield { partitionKey: flight.origin, data: JSON.stringify(flight) };
}
