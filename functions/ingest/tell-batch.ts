import type { ShardId } from '../../shared/log/keys.ts';
import type { IngestReport } from '../../shared/ingest/ingest.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

/** What became of a batch, as figures and as a line of the log. */
export function tellBatch(
  shard: ShardId,
  { counts, alreadyCommitted, lateness, lookups, wakeFailure }: IngestReport,
  { meter, log }: Telemetry,
): void {
  const { read, filtered, late, invalid, duplicate = 0 } = counts;
  meter.add('events', read);
  meter.add('filteredEvents', filtered);
  meter.add('tooLateEvents', late);
  meter.add('invalidEvents', invalid);
  meter.add('duplicateEvents', duplicate);
  meter.add('repeatedRecords', alreadyCommitted);
  if (lateness !== undefined) {
    meter.see('latenessMs', lateness.minMs);
    meter.see('latenessMs', lateness.maxMs);
  }
  if (lookups !== undefined) {
    meter.add('lookedUpKeys', lookups.asked);
    meter.add('rememberedKeys', lookups.cached);
    meter.add('unansweredKeys', lookups.failed);
    if (lookups.asked > 0) meter.see('lookupDurationMs', lookups.tookMs);
  }
  log.debug('batch', { shard, ...counts, repeatedRecords: alreadyCommitted, ...(lateness && { latenessMs: lateness.maxMs }) });
  if (wakeFailure === undefined) return;
  meter.add('wakeFailures', 1);
  log.warn('fire could not be woken and finds out on its schedule', { reason: wakeFailure });
}
