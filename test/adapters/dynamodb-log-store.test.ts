import { startDynalite } from '../engines/dynalite.ts';
import { startDynamoDBLocal } from '../engines/dynamodb-local.ts';
import { describeOn } from '../engines/describe-on.ts';
import { dynamodbLogStoreContract } from './dynamodb-log-store-contract.ts';

for (const engine of await Promise.all([startDynalite(), startDynamoDBLocal()])) {
  describeOn(engine, 'the log store', dynamodbLogStoreContract);
}
