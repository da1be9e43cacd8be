import { ASSUMED } from './assumed.ts';
import { billedMs, type FunctionUse, gbSeconds } from './function-time.ts';
import { MEASURED } from './measured.ts';
import { MONTH_HOURS, MONTH_S } from './month.ts';
import { messageBytes } from './socket-message.ts';
import type { Workload } from './workload.ts';

/** What events over a WebSocket use in a month. */
export interface SocketUse {
  /** In, and their answers out, as they are counted. */
  readonly messages: number;
  readonly connectionMinutes: number;
  /** One invocation a message: it puts the events on the stream, and waits for the answer. */
  readonly function: FunctionUse;
}

/** Of the function: what the construct gives it. */
export const SOCKET_MEMORY_MB = 512;
const COUNTED_BYTES = 32 * 1_024;

/** All of it is 0 where nobody sends over a WebSocket. */
export function socketUse({ rate, eventBytes, eventsPerMessage, connections }: Workload): SocketUse {
  const received = eventsPerMessage === 0 ? 0 : (rate / eventsPerMessage) * MONTH_S;
  const cpuUs = MEASURED.cpuUs.request + eventsPerMessage * MEASURED.cpuUs.ingest.event;
  const ms = billedMs(cpuUs, ASSUMED.waitMs.kinesis, SOCKET_MEMORY_MB);
  return {
    messages: received * (Math.ceil(messageBytes(eventsPerMessage, eventBytes) / COUNTED_BYTES) + 1),
    connectionMinutes: connections * MONTH_HOURS * 60,
    function: { invocations: received, ms, gbSeconds: gbSeconds(received, ms, SOCKET_MEMORY_MB) },
  };
}
