import { generateEvents } from '../../cli/generate/generate-events.ts';
import { summaryLines } from '../../cli/generate/summary.ts';
import { usualEvents } from '../../cli/generate/usual-events.ts';
import { formatCount } from '../../cli/run/summary.ts';
import { KinesisSink } from '../../cli/sink/kinesis-sink.ts';
import type { GeneratorOptions } from '../../shared/generate/generator-options.ts';
import type { Producer } from './producer.ts';

const IN_REAL_TIME = 1;

/** The events of `mullion generate`, from now on and until the end. */
export function generator({ eventsPerSecond, kinds }: Pick<GeneratorOptions, 'eventsPerSecond' | 'kinds'>): Producer {
  return {
    noun: 'events',
    announcement: `${formatCount(eventsPerSecond)} events a second are on their way`,
    run: async ({ endpoint, streamName }, ending) => {
      // What has been begun is put to its end: only then is it known how many there are.
      const sink = await KinesisSink.open({ streamName, endpoint, signal: new AbortController().signal });
      const events = usualEvents({ eventsPerSecond, kinds, startMs: Date.now() });
      const generated = await generateEvents(events, { sink, speed: IN_REAL_TIME, signal: ending });
      return { sentCount: generated.tally.events, summary: summaryLines(generated, sink.name, IN_REAL_TIME) };
    },
  };
}
