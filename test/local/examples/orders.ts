import { BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { boundedOutOfOrderness, lookupJoin, pipeline, sum, tumbling } from 'mullion';

export interface Order {
  readonly at: number;
  readonly store: string;
  readonly amount: number;
  readonly region?: string;
}

const dynamodb = new DynamoDBClient();

export default pipeline<Order>('orders', {
  timestamp: ({ at }) => at,
  watermark: boundedOutOfOrderness('10s'),
  enrich: lookupJoin<Order, string>({
    by: ({ store }) => store,
    lookup: async (stores, abortSignal) => {
      const Keys = stores.map((store) => ({ store: { S: store } }));
      const answer = await dynamodb.send(new BatchGetItemCommand({ RequestItems: { stores: { Keys } } }), { abortSignal });
      // What DynamoDB leaves over is not what it has not.
      if (Object.keys(answer.UnprocessedKeys ?? {}).length > 0) throw new Error('throttled');
      return new Map((answer.Responses?.['stores'] ?? []).map((item) => [item['store']?.S ?? '', item['region']?.S ?? '']));
    },
    with: (order, region) => ({ ...order, region: region ?? 'unknown' }),
    cache: { ttl: '10m' },
  }),
  windows: {
    perRegion: { keyBy: ({ region }) => region ?? 'unknown', window: tumbling('1m'), aggregate: { sales: sum(({ amount }) => amount) } },
  },
});
