import { randomUUID } from 'node:crypto';
import type { KinesisStreamEvent } from 'aws-lambda';
import type { ShardReader } from '../kinesis/shard-reader.ts';
import type { InvocationOutcome } from '../lambda/invocation.ts';
import { backoffMs, pause } from '../../shared/adapters/pause.ts';
import { type Batch, batchLength, isBatchDue, splitByAge } from './batch.ts';
import type { MappingConfiguration } from './configuration.ts';
import { type Decision, decide } from './decision.ts';
import { deliveryResult } from './delivery-result.ts';
import { type DiscardCondition, type FailureDocument, failureDocument } from './failure-document.ts';
import { type DeliverableRecord, deliverableRecord, kinesisEvent } from './kinesis-event.ts';

/** What a mapping invokes: a function on this machine or, by another adapter, one in AWS. */
export interface InvocationTarget {
  readonly functionArn: string;
  invoke(event: KinesisStreamEvent): Promise<InvocationOutcome>;
}

/** One invocation, and what was decided after it. */
export interface Delivery {
  readonly shardId: string;
  readonly batch: Batch;
  readonly outcome: InvocationOutcome;
  readonly decision: Decision;
}

export interface PollerOptions {
  readonly streamArn: string;
  readonly target: InvocationTarget;
  readonly configuration: MappingConfiguration;
  /** Wait after a read that found nothing. */
  readonly pollIntervalMs: number;
  /** Waits between the retries of a batch, and between failing reads. */
  readonly retryWait: { readonly firstMs: number; readonly maxMs: number };
  readonly onFailure: ((document: FailureDocument) => void | Promise<void>) | undefined;
  readonly onDelivery: ((delivery: Delivery) => void) | undefined;
  readonly onError: (error: unknown) => void;
  /** The poller has come to the tip or to the end of its shard. */
  readonly onProgress: () => void;
  readonly signal: AbortSignal;
}

/** What went wrong last with a batch, for the failure document. */
interface LastFailure {
  readonly requestId: string;
  readonly functionError: 'Unhandled' | null;
}

/** Reads one shard and delivers its records in order, one invocation at a time. All it decides is in `decide`. */
export class ShardPoller {
  readonly #reader: ShardReader;
  readonly #options: PollerOptions;
  readonly #shardId: string;
  readonly #buffer: DeliverableRecord[] = [];
  #windowStartedAtMs = 0;
  #ended = false;
  #readFailuresInARow = 0;
  /** On the clock of `performance.now()`. */
  #tipSeenAtMs = -1;
  #checkpoint: string | undefined;

  constructor(shardId: string, reader: ShardReader, options: PollerOptions) {
    this.#shardId = shardId;
    this.#reader = reader;
    this.#options = options;
  }

  /** Sequence number of the last record that was done or discarded. */
  get checkpoint(): string | undefined {
    return this.#checkpoint;
  }

  /** Whether a read that began after the given moment found nothing while everything read before had been dealt with. */
  hasSeenTipSince(performanceMs: number): boolean {
    return this.#tipSeenAtMs >= performanceMs;
  }

  /** Returns when the closed shard has been delivered to its end (true), or when the signal is aborted (false). */
  async run(): Promise<boolean> {
    const { configuration, signal } = this.#options;
    while (!signal.aborted) {
      const waitedMs = performance.now() - this.#windowStartedAtMs;
      if (isBatchDue({ records: this.#buffer, waitedMs, ended: this.#ended }, configuration)) {
        await this.#deliver(this.#buffer.splice(0, batchLength(this.#buffer, configuration)));
        this.#windowStartedAtMs = performance.now();
      } else if (this.#ended) return true;
      else await this.#read();
    }
    return false;
  }

  async #read(): Promise<void> {
    const { streamArn, configuration, pollIntervalMs, retryWait, signal, onError, onProgress } = this.#options;
    const startedAtMs = performance.now();
    try {
      const { records, atTip, ended } = await this.#reader.read(signal);
      this.#readFailuresInARow = 0;
      this.#ended = ended;
      if (this.#buffer.length === 0) {
        this.#windowStartedAtMs = performance.now();
        if (atTip) {
          this.#tipSeenAtMs = startedAtMs;
          onProgress();
        }
      }
      for (const record of records) this.#buffer.push(deliverableRecord(record, streamArn));
      if (atTip && !ended) {
        const windowLeftMs = this.#windowStartedAtMs + configuration.batchWindowMs - performance.now();
        await pause(this.#buffer.length === 0 ? pollIntervalMs : Math.min(pollIntervalMs, windowLeftMs), signal);
      }
    } catch (error) {
      if (signal.aborted) return;
      onError(error);
      this.#readFailuresInARow += 1;
      await pause(backoffMs(this.#readFailuresInARow, retryWait), signal);
    }
  }

  async #deliver(records: readonly DeliverableRecord[]): Promise<void> {
    const { configuration, retryWait, signal, onDelivery } = this.#options;
    const pending: Batch[] = [{ records, retriesUsed: 0, invocations: 0 }];
    let lastFailure: LastFailure | undefined;
    let failuresInARow = 0;
    for (let batch = pending.shift(); batch !== undefined && !signal.aborted; batch = pending.shift()) {
      const { expired, live } = splitByAge(batch, Date.now(), configuration);
      if (expired !== undefined) await this.#discard(expired, 'RecordAgeExceeded', lastFailure);
      if (live === undefined) continue;
      const outcome = await this.#invoke(live);
      if (outcome === undefined) {
        pending.unshift(live);
        continue;
      }
      const result = deliveryResult(outcome, live.records, configuration);
      const decision = decide(live, result, configuration);
      onDelivery?.({ shardId: this.#shardId, batch: live, outcome, decision });
      if (result.kind !== 'succeeded') {
        const isHandlerError = result.kind === 'failed' && result.cause === 'handler';
        lastFailure = { requestId: outcome.requestId, functionError: isHandlerError ? 'Unhandled' : null };
      }
      switch (decision.kind) {
        case 'advance':
          this.#acknowledge(live.records);
          failuresInARow = 0;
          break;
        case 'bisect':
          pending.unshift(...decision.halves);
          break;
        case 'discard':
          this.#acknowledge(live.records.slice(0, decision.doneCount));
          await this.#discard(decision.rest, 'RetryAttemptsExhausted', lastFailure);
          break;
        case 'retry':
          this.#acknowledge(live.records.slice(0, decision.doneCount));
          pending.unshift(decision.rest);
          failuresInARow = decision.doneCount > 0 ? 1 : failuresInARow + 1;
          await pause(backoffMs(failuresInARow, retryWait), signal);
          break;
      }
    }
  }

  /** Undefined when the function could not be invoked at all: that is no attempt, and is tried again. */
  async #invoke(batch: Batch): Promise<InvocationOutcome | undefined> {
    const { target, onError, retryWait, signal } = this.#options;
    try {
      return await target.invoke(kinesisEvent(batch.records));
    } catch (error) {
      onError(error);
      await pause(retryWait.maxMs, signal);
      return undefined;
    }
  }

  #acknowledge(records: readonly DeliverableRecord[]): void {
    this.#checkpoint = records.at(-1)?.event.kinesis.sequenceNumber ?? this.#checkpoint;
  }

  async #discard(batch: Batch, condition: DiscardCondition, lastFailure: LastFailure | undefined): Promise<void> {
    const { target, streamArn, onFailure, onError } = this.#options;
    const { requestId, functionError } = lastFailure ?? { requestId: randomUUID(), functionError: null };
    const document = failureDocument({
      batch,
      condition,
      requestId,
      functionError,
      streamArn,
      functionArn: target.functionArn,
      shardId: this.#shardId,
      nowMs: Date.now(),
    });
    try {
      await onFailure?.(document);
    } catch (error) {
      // As in AWS, a destination that refuses the document does not hold up the shard.
      onError(error);
    }
    this.#acknowledge(batch.records);
  }
}
