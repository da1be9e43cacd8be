import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Pane } from '../../shared/pipeline/pane.ts';

const EFFECTS = '#effect#';
const NEVER_S = '9999999999';

/** What a pane does, as an item that can stand in a transaction. */
export function effectItem({ id }: Pick<Pane, 'id'>): TransactWriteItem {
  return { Put: { TableName: 'state', Item: { pk: { S: EFFECTS + id }, n: { N: '0' }, x: { N: NEVER_S } } } };
}

/** The pane whose effect a partition holds. */
export function paneOfEffect(pk: string): string | undefined {
  return pk.startsWith(EFFECTS) ? pk.slice(EFFECTS.length) : undefined;
}
