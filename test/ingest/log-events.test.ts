import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import type { LogEvent } from 'mullion';
import { describe, expect, test } from 'vitest';
import { logEventsIn } from '../../shared/ingest/log-events.ts';
import type { RecordRefusal } from '../../shared/log/refusal.ts';
import { delivered, measured, sequenceNumber, SHARD } from '../fixtures/delivered-record.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';

const OF_ALL = { owner: '123456789012', logGroup: '/aws/lambda/meter', logStream: '2026/01/01/[$LATEST]0' };

/** As the documentation of CloudWatch Logs has it. */
const subscription = (logEvents: readonly unknown[], fields: object = {}) => ({
  messageType: 'DATA_MESSAGE',
  ...OF_ALL,
  subscriptionFilters: ['all'],
  logEvents,
  ...fields,
});
const zipped = (message: object) => gzipSync(JSON.stringify(message));

describe('what a subscription of CloudWatch Logs puts on the stream', () => {
  test('is an event for each log event, which says where it was logged', () => {
    const logEvents = [
      { id: '1', timestamp: 1_767_225_600_000, message: '{"level":"info"}' },
      { id: '2', timestamp: 1_767_225_600_001, message: 'text', extractedFields: { level: 'warn' } },
    ];
    const found = logEventsIn(JSON.stringify(subscription(logEvents)))?.map((json) => JSON.parse(json) as LogEvent);
    expect(found).toEqual(logEvents.map((event) => ({ ...event, ...OF_ALL })));
  });

  test('goes into windows, and control messages are no events', async () => {
    const deployment = new MemoryDeployment();
    const control = subscription([{ id: '', timestamp: 1, message: 'CWL CONTROL MESSAGE: Checking health of destination' }], {
      messageType: 'CONTROL_MESSAGE',
    });
    const logEvents = [measured(1_000), { at: 1.5 }, measured(2_000)];
    const records = [zipped(control), zipped(subscription(logEvents)), zipped(control)].map((bytes, index) =>
      delivered(index + 1, bytes, 200_000),
    );
    const { counts } = await deployment.ingest().ingest(SHARD, records);
    expect(counts).toMatchObject({ read: 3, folded: 2, invalid: 1 });
    expect((deployment.refusals as RecordRefusal[]).map(({ id }) => id)).toEqual([`${SHARD}:${sequenceNumber(2)}:1`]);
    const [commit] = await deployment.commits();
    expect(commit).toMatchObject({ first: sequenceNumber(1), last: sequenceNumber(3), counts: { read: 3 } });
  });

  test('may be control messages alone: they are behind then, and nothing was read', async () => {
    const deployment = new MemoryDeployment();
    const records = [1, 2].map((n) => delivered(n, zipped(subscription([], { messageType: 'CONTROL_MESSAGE' })), 200_000));
    for (let delivery = 0; delivery < 2; delivery++) await deployment.ingest().ingest(SHARD, records);
    expect(deployment.refusals).toEqual([]);
    const commits = await deployment.commits();
    expect(commits.map(({ last, counts }) => [last, counts.read])).toEqual([[sequenceNumber(2), 0]]);
  });

  test.each([
    ['another type of message', subscription([], { messageType: 'OTHER' })],
    ['no log events', { ...subscription([]), logEvents: 'none' }],
    ['no log group', subscription([{}], { logGroup: 7 })],
    ['a log group with a name of 513 characters', subscription([{}], { logGroup: 'x'.repeat(513) })],
  ])('is not what has %s', (_what, message) => {
    expect(logEventsIn(JSON.stringify(message))).toBeUndefined();
  });

  test('is not what is no JSON', () => {
    expect(logEventsIn('"messageType" "logEvents"')).toBeUndefined();
    expect(logEventsIn(Buffer.alloc(0).toString())).toBeUndefined();
  });
});
