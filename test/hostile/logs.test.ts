import { inspect } from 'node:util';
import { Logger } from '@aws-lambda-powertools/logger';
import {
  aggregate,
  boundedOutOfOrderness,
  collect,
  count,
  perSource,
  pipeline,
  process as processed,
  session,
  sum,
  tumbling,
} from 'mullion';
import { describe, expect, test, vi } from 'vitest';
import { readKinesisPanes } from '../../functions/consumer/consumer.ts';
import { createFireHandler } from '../../functions/fire/handler.ts';
import { createIngestHandler } from '../../functions/ingest/handler.ts';
import { EmfWriter } from '../../functions/telemetry/emf-writer.ts';
import { Meter } from '../../functions/telemetry/meter.ts';
import { functionErrorOf } from '../../local/lambda/invocation.ts';
import type { RecordRefusal } from '../../shared/log/refusal.ts';
import { linesOf } from '../fixtures/captured-output.ts';
import { SHARD } from '../fixtures/delivered-record.ts';
import { kinesisEvent } from '../fixtures/kinesis-event.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';
import { CORPUS } from './corpus.ts';
import { CONTEXT, deliveryOf } from './hostile-run.ts';
import { readings } from './readings.ts';

vi.setConfig({ testTimeout: 30_000 });

/** Where functions of the user's fail. */
const PLACES = [
  'timestamp',
  'watermark',
  'filter',
  'id',
  'map',
  'where',
  'key',
  'gap',
  'value',
  'add',
  'merge',
  'result',
  'processed',
] as const;
type Place = (typeof PLACES)[number];

interface Confidential {
  readonly id: string;
  readonly at: number;
  readonly patient: string;
  readonly failsAt: Place | 'nowhere';
}

const SECRET = /hunter2|31337/;
const confidential = (id: string, at: number, failsAt: Confidential['failsAt'] = 'nowhere') =>
  JSON.stringify({ id: `hunter2 ${id}`, at, patient: 'hunter2 the patient', failsAt, value: 31_337 });

/** Fails where the event says, and says all about the event, as error messages do. */
function failAt(place: Place, event: Confidential): void {
  if (event.failsAt === place) throw new TypeError(`cannot handle ${JSON.stringify(event)}\n    at hunter2 (31337.ts:1:1)`);
}

const touchy = pipeline<Confidential>('touchy', {
  timestamp: (event) => (failAt('timestamp', event), event.at),
  watermark: perSource<Confidential>((event) => (failAt('watermark', event), 'main'), { main: boundedOutOfOrderness(0) }),
  filter: (event) => (failAt('filter', event), true),
  dedupe: { by: (event) => (failAt('id', event), event.id), within: '1h' },
  map: (event) => (failAt('map', event), event),
  windows: {
    seconds: {
      where: (event) => (failAt('where', event), true),
      keyBy: (event) => (failAt('key', event), event.patient),
      window: tumbling('1s'),
      aggregate: {
        count: count(),
        sum: sum((event) => (failAt('value', event), 31_337)),
        // The accumulator is the event that came last, so that whatever is done with it may say what it holds.
        last: aggregate<Confidential, Confidential | null, string>({
          init: () => null,
          add: (_before, event) => (failAt('add', event), event),
          merge: (one, other) => {
            for (const event of [one, other]) if (event !== null) failAt('merge', event);
            return one?.failsAt === 'nowhere' ? other : one;
          },
          result: (event) => {
            if (event !== null) failAt('result', event);
            return 'hunter2';
          },
        }),
      },
    },
    visits: {
      keyBy: ({ patient }) => patient,
      window: session((event: Confidential) => (failAt('gap', event), 1_000), { maxGap: '1m' }),
      aggregate: {
        events: collect({ limit: 5 }),
        processed: processed(
          (_key: string, _window, events: readonly Confidential[]) => {
            for (const event of events) failAt('processed', event);
            return events.length;
          },
          { limit: 5 },
        ),
      },
    },
  },
});

/** What Lambda writes of an invocation that fails, and more: all that printing an error shows. */
async function invoked(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    process.stderr.write(`Invoke Error ${JSON.stringify(functionErrorOf(error))}\n${inspect(error, { depth: 10, showHidden: true })}\n`);
  }
}

// Their sizes are no matter of logs.
const HOSTILE = CORPUS.map(({ bytes }) => bytes).filter(({ length }) => length < 20_000);

function deploymentOf(logLevel: 'DEBUG' | 'INFO') {
  const deployment = new MemoryDeployment();
  const telemetry = {
    meter: new Meter({ writer: new EmfWriter('touchy'), clock: { nowMs: () => Date.now() }, level: 'shards' as const }),
    log: new Logger({ serviceName: 'touchy', logLevel }),
  };
  return { deployment, given: { ...deployment.ports, telemetry } };
}

function deliver(payloads: readonly string[], from: number) {
  return kinesisEvent(payloads.map((data, n) => ({ shard: SHARD, sequenceNumber: String(from + n), data, partitionKey: 'hunter2' })));
}

describe.each(['DEBUG', 'INFO'] as const)('at the level %s no line of a log holds what an event says', (logLevel) => {
  test.each(PLACES)('when the function of the user’s at %s fails and tells of it', async (place) => {
    const { deployment, given } = deploymentOf(logLevel);
    const lines = await linesOf(async () => {
      const ingest = createIngestHandler(touchy, given);
      const fire = createFireHandler(touchy, given);
      // Two batches, so that there is something to merge; and an event behind them, so that something fires.
      await invoked(async () =>
        ingest(deliver(['hunter2 poison', confidential('a', 1_000, place), confidential('b', 1_001)], 100), CONTEXT),
      );
      await invoked(async () => ingest(deliver([confidential('c', 1_002, place), confidential('a', 1_000)], 200), CONTEXT));
      await invoked(async () => ingest(deliver([confidential('d', 60_000), confidential('e', 0)], 300), CONTEXT));
      await invoked(async () => fire({}, CONTEXT));
      await invoked(async () => fire({ action: 'drain' }, CONTEXT));
    });
    const failsLate = place === 'merge' || place === 'result' || place === 'processed';
    const refusals = deployment.refusals as RecordRefusal[];
    expect(refusals.some(({ reason }) => reason.code !== 'json' && SECRET.test(reason.message))).toBe(!failsLate);
    expect(lines.some((line) => line.includes('AggregateFault'))).toBe(failsLate);
    if (failsLate) expect(lines.join('\n')).toContain('logs.test.ts');
    expect(lines.length).toBeGreaterThan(failsLate ? 3 : logLevel === 'DEBUG' ? 5 : 2);
    expect(lines.filter((line) => SECRET.test(line))).toEqual([]);
  });

  test('when records are hostile', async () => {
    const { given } = deploymentOf(logLevel);
    const lines = await linesOf(async () => {
      await invoked(async () => createIngestHandler(readings, given)(deliveryOf(HOSTILE), CONTEXT));
      await invoked(async () => createFireHandler(readings, given)({ action: 'drain' }, CONTEXT));
    });
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.filter((line) => /specimen|polluted|__proto__|xxxx/.test(line))).toEqual([]);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(4_000);
  });
});

test('a consumer that is given what is no pane does not quote it', () => {
  expect(() => readKinesisPanes(deliver(['hunter2'], 1))).toThrow(/^(?!.*hunter2)/);
});
