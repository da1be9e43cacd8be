import { Counter, Gauge, Registry } from 'prom-client';
import type { Standing } from '../../shared/view/standing.ts';

const SECOND_MS = 1_000;

/**
 * How pipelines stand, in the text format of Prometheus. All of it comes from the logs, so that whoever is asked says the same: counters are totals since a pipeline's
 * beginning, and never begin anew with a process.
 */
export async function prometheusText(
  standings: ReadonlyMap<string, Standing>,
): Promise<{ readonly text: string; readonly contentType: string }> {
  const registry = new Registry();
  const registers = [registry];
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Gauge<L>({ name, help, labelNames, registers });
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter<L>({ name, help, labelNames, registers });

  const processed = counter('stream_events_processed_total', 'Events read and accounted for.', ['pipeline']);
  const outcomes = counter('stream_events_total', 'Events read, by what became of them.', ['pipeline', 'outcome']);
  const tooLate = counter('stream_late_events_total', 'Events too late for a window.', ['pipeline', 'window']);
  const panes = counter('stream_panes_fired_total', 'Panes fired.', ['pipeline']);
  const epochs = counter('stream_epochs_total', 'Firings that let something leave.', ['pipeline', 'lane']);
  const duration = gauge(
    'stream_processing_duration_seconds',
    'From the arrival of the newest record of the newest batch until the batch was committed.',
    ['pipeline', 'shard'],
  );
  const active = gauge('stream_active_windows', 'What the newest firing left open.', ['pipeline', 'window']);
  const shardLag = gauge('stream_watermark_lag_seconds', 'How far the watermark of a shard is behind the wall clock.', [
    'pipeline',
    'shard',
  ]);
  const lag = gauge('stream_pipeline_watermark_lag_seconds', 'How far the watermark of the pipeline is behind the wall clock.', [
    'pipeline',
  ]);
  const idle = gauge('stream_idle_shards', 'Shards that the newest firing went on without.', ['pipeline']);
  const unread = gauge('stream_unread_commits', 'Batches that no firing has taken in yet.', ['pipeline']);
  const paused = gauge('stream_paused', 'Whether the pipeline is paused.', ['pipeline']);
  const difference = gauge('stream_conservation_difference', 'Events accounted for nowhere; anything but 0 is a bug.', ['pipeline']);

  for (const [pipeline, standing] of standings) {
    const { read, ...became } = standing.counts;
    processed.inc({ pipeline }, read);
    for (const [outcome, events] of Object.entries(became)) outcomes.inc({ pipeline, outcome }, events);
    for (const [window, events] of Object.entries(standing.lateByWindow)) tooLate.inc({ pipeline, window }, events);
    panes.inc({ pipeline }, standing.panesFired);
    for (const [lane, { epoch }] of standing.lanes.entries()) epochs.inc({ pipeline, lane: String(lane) }, epoch);
    for (const [window, open] of Object.entries(standing.openByWindow)) active.set({ pipeline, window }, open);
    for (const { shard, lagMs, arrivedToMs, committedAtMs } of standing.shards) {
      if (lagMs !== undefined) shardLag.set({ pipeline, shard }, lagMs / SECOND_MS);
      if (arrivedToMs !== undefined && committedAtMs !== undefined)
        duration.set({ pipeline, shard }, Math.max(committedAtMs - arrivedToMs, 0) / SECOND_MS);
    }
    if (standing.lagMs !== undefined) lag.set({ pipeline }, standing.lagMs / SECOND_MS);
    idle.set({ pipeline }, standing.shards.filter(({ leftOut }) => leftOut === 'idle').length);
    unread.set({ pipeline }, standing.unreadCommits);
    paused.set({ pipeline }, standing.state === 'paused' ? 1 : 0);
    difference.set({ pipeline }, standing.conservationDifference);
  }
  return { text: await registry.metrics(), contentType: registry.contentType };
}
