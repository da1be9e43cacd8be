import { join } from 'node:path';
import { generateEvents } from '../../cli/generate/generate-events.ts';
import { SocketSink } from '../../cli/sink/socket-sink.ts';
import definition from '../../examples/streaming-analytics.ts';
import { pause } from '../../shared/adapters/pause.ts';
import type { GeneratorOptions } from '../../shared/generate/generator-options.ts';
import type { RecordCounts } from '../../shared/log/counts.ts';
import type { Pane } from '../../shared/pipeline/pane.ts';
import { serveLocalApi, SOCKET_PATH } from '../api/local-api.ts';
import { startLocalAws } from '../emulators/local-aws.ts';
import { createStream } from '../provisioning/stream.ts';
import { createTable } from '../provisioning/table.ts';
import { LocalSystem } from '../system.ts';
import { PaneFeed } from './pane-feed.ts';
import { RuledSink } from './ruled-sink.ts';
import type { ExampleOutput } from './show.ts';

/** How much there is to see, and how fast. */
export interface AnalyticsOptions {
  /** Of event time. */
  readonly lengthMs: number;
  /** How many times as fast as it would be lived through. */
  readonly speed: number;
  /** Over the WebSocket, in a second. */
  readonly eventsPerSecond: number;
  readonly seed: number;
}

// Long gone: a reading from the future would be refused.
const BEGIN_MS = Date.UTC(2026, 0, 1, 12);
const ENTRY = join(import.meta.dirname, '..', '..', 'examples', 'streaming-analytics.ts');
const RESOURCES = { tableName: 'mullion', inputStream: 'readings', outputStream: 'panes', sideStream: 'side' } as const;
/** Somebody works on the devices of one gateway, and what they report means nothing. */
const RULED_OUT = 'source-2';
const RULE = { name: `${RULED_OUT} is being calibrated`, action: 'drop', pattern: { source: [RULED_OUT] } } as const;
const PANES_AWAITED_MS = 30_000;

/** Twenty-four sensors in six rooms, behind three gateways. Some readings come somewhat late, and some twice. */
export function readings({ lengthMs, speed, eventsPerSecond, seed }: AnalyticsOptions): GeneratorOptions {
  return {
    seed,
    startMs: BEGIN_MS,
    eventsPerSecond: eventsPerSecond / speed,
    events: Math.round(((lengthMs / 1_000) * eventsPerSecond) / speed),
    kinds: ['sensors'],
    sources: 3,
    keys: 24,
    seasonMs: 5 * 60_000,
    trend: 0,
    anomalies: 0.001,
    outOfOrder: 0.1,
    disorderMs: 2_000,
    late: 0,
    lateByMs: 0,
    duplicates: 0.005,
  };
}

/**
 * Readings over a WebSocket, through the whole system on this machine, and panes back over Server-Sent Events. A rule that is set while it runs takes out those of one gateway.
 *
 * @returns What became of every reading.
 */
export async function streamingAnalytics(options: AnalyticsOptions, { pane: show, say }: ExampleOutput): Promise<RecordCounts> {
  const aws = await startLocalAws();
  await Promise.all([
    createStream(aws.kinesis, { streamName: RESOURCES.inputStream, shardCount: 2 }),
    createStream(aws.kinesis, { streamName: RESOURCES.outputStream, shardCount: 1 }),
    createStream(aws.kinesis, { streamName: RESOURCES.sideStream, shardCount: 1 }),
    createTable(aws.dynamodb, RESOURCES.tableName),
  ]);
  const system = await LocalSystem.start({ ...aws, pipelineEntry: ENTRY, resources: RESOURCES, fireEveryMs: 1_000, onTrouble: say });
  const onError = (error: unknown) => say(`API: ${error instanceof Error ? error.message : String(error)}`);
  const api = await serveLocalApi({ ...aws, ...RESOURCES, definition, switch: system.switch }, { onError });
  let lastCounted: Pane | undefined;
  const feed = await PaneFeed.open(api.address, (pane) => {
    if (pane.window === 'tenSeconds' && pane.group?.['source'] === RULED_OUT) lastCounted = pane;
    show(pane);
  });
  const url = `${api.address.replace('http', 'ws')}${SOCKET_PATH}`;
  const sink = await SocketSink.open({ url, signal: new AbortController().signal });
  say(`readings go over ${url}, panes come over ${api.address}/events; in a browser: ${api.address}/dashboard`);

  const what = readings(options);
  const setRule = async () => {
    const rules = await putRule(api.address);
    say(`rule set: '${RULE.name}', for what arrives from ${timeOf(rules.fromArrivalMs)} on`);
    return rules;
  };
  await generateEvents(what, {
    sink: new RuledSink(sink, what.events, setRule),
    speed: options.speed,
    signal: new AbortController().signal,
  });

  await api.closeSockets();
  await system.caughtUp();
  const { counts, panesFired } = await system.drain();
  for (let waitedMs = 0; feed.count < panesFired && waitedMs < PANES_AWAITED_MS; waitedMs += 50) await pause(50);
  say(`${feed.count} of ${panesFired} panes came over Server-Sent Events`);
  if (lastCounted !== undefined)
    say(
      `${RULED_OUT} was last counted in the window ${timeOf(lastCounted.start)}–${timeOf(lastCounted.end)}; what it reported behind that was filtered`,
    );
  feed.close();
  await feed.ended;
  await api.stop();
  await system.stop();
  await aws.stop();
  return counts;
}

async function putRule(address: string): Promise<{ readonly fromArrivalMs: number }> {
  const answer = await fetch(`${address}/pipelines/${definition.name}/rules`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rules: [RULE], otherwise: 'keep' }),
  });
  if (!answer.ok) throw new Error(`the rule was not set: ${await answer.text()}`);
  return (await answer.json()) as { fromArrivalMs: number };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}
