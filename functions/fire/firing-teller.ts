import type { FireReport } from '../../shared/firing/fire-report.ts';
import { conservationDifference } from '../../shared/log/counts.ts';
import { isKnown, lagOf } from '../../shared/watermarks/watermark-lag.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { WatermarkMovement } from './watermark-movement.ts';

// Busy pipelines begin from what is minutes old, and nobody wants to pay for being told so.
const SNAPSHOT_AGE_MS_MIN = 3_600_000;

/** Tells how firings come out, as figures and as lines of the log. Of an idle pipeline there is nothing to tell, and nothing to pay. */
export class FiringTeller {
  readonly #telemetry: Telemetry;
  readonly #movement = new WatermarkMovement();

  constructor(telemetry: Telemetry) {
    this.#telemetry = telemetry;
  }

  tell(report: FireReport, nowMs: number): void {
    const { work, openWindows, pausedSinceMs } = report;
    const { advanceMs, stuckMs } = this.#movement.take(report, nowMs);
    this.#tellSnapshot(report);
    this.#tellOversized(report);
    const isIdle = work.commits === 0 && work.epochs === 0 && openWindows === 0 && pausedSinceMs === undefined;
    if (isIdle) return;
    const standing = standingOf(report, nowMs);
    this.#measure(report, standing, advanceMs, stuckMs, nowMs);
    this.#log(report, standing);
  }

  #measure(report: FireReport, { lagMs, idleShards, difference }: Standing, advanceMs: number, stuckMs: number, nowMs: number): void {
    const { meter } = this.#telemetry;
    const { work, watermarkByShard, openWindows, stateBytes, snapshotAgeMs } = report;
    meter.add('tooLateEvents', work.tooLateEvents);
    meter.add('epochs', work.epochs);
    meter.add('panes', work.panes);
    meter.add('latePanes', work.latePanes);
    meter.add('windowsCreated', work.windowsCreated);
    meter.add('windowsCompleted', work.windowsCompleted);
    meter.add('watermarkAdvanceMs', advanceMs);
    if (stuckMs > 0) meter.see('watermarkStuckMs', stuckMs);
    if (lagMs !== undefined) meter.see('watermarkLagMs', lagMs);
    for (const [shard, stands] of watermarkByShard) meter.see('shardWatermarkLagMs', lagOf(stands, nowMs) ?? 0, shard);
    meter.see('idleShards', idleShards);
    meter.see('openWindows', openWindows);
    if (stateBytes > 0) meter.see('stateBytes', stateBytes);
    if (snapshotAgeMs >= SNAPSHOT_AGE_MS_MIN) meter.see('snapshotAgeMs', snapshotAgeMs);
    // Too few are as bad as too many, and one alarm looks for both.
    meter.see('conservationDifference', Math.abs(difference));
  }

  #tellOversized({ oversized, epoch }: FireReport): void {
    if (oversized === undefined) return;
    const { meter, log } = this.#telemetry;
    meter.add('oversizedPanes', oversized);
    log.error('panes are too large for the output stream; they are on the side stream', { oversized, epoch });
  }

  #tellSnapshot({ snapshot, snapshotUnusable }: FireReport): void {
    const { meter, log } = this.#telemetry;
    if (snapshotUnusable !== undefined) {
      meter.add('snapshotFailures', 1);
      log.warn('the newest snapshot is of no use; the state was computed from the logs', { reason: snapshotUnusable });
    }
    if (snapshot?.kind === 'failed') {
      meter.add('snapshotFailures', 1);
      log.warn('a snapshot could not be written; the next firing tries again', { reason: snapshot.message });
    }
    if (snapshot?.kind === 'written') {
      meter.see('snapshotBytes', snapshot.bytes);
      meter.see('snapshotDurationMs', snapshot.durationMs);
    }
  }

  #log(report: FireReport, { lagMs, idleShards, difference }: Standing): void {
    const { log } = this.#telemetry;
    const { epoch, watermark, heldBackBy, openWindows, published, work, outOfTime, pausedSinceMs, stateBytes, snapshot, counts } = report;
    if (difference !== 0) log.error('events are not accounted for', { conservationDifference: difference, ...counts });
    if (outOfTime !== undefined) log.warn('there was not the time to end; the next firing goes on', { outOfTime, epoch });
    const fields = {
      epoch,
      watermark: isKnown(watermark) ? new Date(watermark).toISOString() : undefined,
      watermarkLagMs: lagMs,
      heldBackBy,
      idleShards,
      openWindows,
      ...work,
      published,
      stateBytes,
      snapshotBytes: snapshot?.kind === 'written' ? snapshot.bytes : undefined,
      isPaused: pausedSinceMs !== undefined,
    };
    if (work.epochs > 0) log.info('epoch', fields);
    else log.debug('firing', fields);
  }
}

/** What figures and lines of the log both say. */
interface Standing {
  readonly lagMs: number | undefined;
  readonly idleShards: number;
  /** Of events read to events accounted for. */
  readonly difference: number;
}

function standingOf({ watermark, leftOut, counts }: FireReport, nowMs: number): Standing {
  return {
    lagMs: lagOf(watermark, nowMs),
    idleShards: leftOut.filter(({ because }) => because === 'idle').length,
    difference: conservationDifference(counts),
  };
}
