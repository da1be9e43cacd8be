import { expect, test } from 'vitest';
import { createSocketHandler, type SocketEvent } from '../../functions/socket/handler.ts';
import { readSocketEnvironment } from '../../functions/socket/environment.ts';
import type { StreamedEvent } from '../../shared/ports/input-stream.ts';
import alerts from '../local/examples/alerts.ts';

const taken: StreamedEvent[] = [];
const handler = createSocketHandler(alerts, {
  stream: {
    eventBytesMax: 1_000,
    eventsMax: 500,
    put: async (events) => {
      taken.push(...events);
      return events.map(() => ({ kind: 'taken', shardId: 'a', sequenceNumber: '1' }));
    },
  },
  onError: (error) => expect.fail(String(error)),
});

const ask = (event: SocketEvent) => handler(event, {} as never);

test('the function behind a WebSocket returns the answer to a message, which API Gateway sends', async () => {
  const body = '{"id":"1","events":[{"data":{"at":1,"host":"a","severity":"info"}}]}';
  const answer = { type: 'ack', id: '1', accepted: 1, refused: [] };
  expect(await ask({ requestContext: { eventType: 'MESSAGE' }, body })).toEqual({ statusCode: 200, body: JSON.stringify(answer) });
  expect(taken).toEqual([{ partitionKey: 'a', data: '{"at":1,"host":"a","severity":"info"}' }]);
});

test('the function behind a WebSocket lets in whom API Gateway has let in', async () => {
  expect(await ask({ requestContext: { eventType: 'CONNECT' } })).toEqual({ statusCode: 200 });
});

test('the function behind a WebSocket says what its environment lacks', () => {
  expect(readSocketEnvironment({ MULLION_INPUT_STREAM: 'in' })).toEqual({ MULLION_INPUT_STREAM: 'in' });
  expect(() => readSocketEnvironment({ MULLION_INPUT_STREAM: '' })).toThrow('MULLION_INPUT_STREAM is missing');
});
