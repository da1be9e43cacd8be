import { boundedOutOfOrderness, count, pipeline, type PipelineOptions, tumbling } from 'mullion';

/** What somebody writes in a hurry, and plain JavaScript would not mind. */
export default pipeline<{ readonly at: number }>('hasty', {
  timestamp: ({ at }) => at,
  watermark: boundedOutOfOrderness('10s'),
  windows: { minutes: { keyBy: () => 'all', window: tumbling('1m'), alowedLateness: '5m', aggregate: { n: count() } } },
} as PipelineOptions<{ readonly at: number }>);
