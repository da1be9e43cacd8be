import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import type { PipelineEntry } from '../../functions/bundle.ts';
import type { PayloadBucket } from './payload-bucket.ts';

/** A pipeline that an API can answer for: a `WindowPipeline`. */
export interface ServedPipeline extends IConstruct {
  /** What the API has to know of it. */
  readonly served: ServedPipelineFacts;
}

/** What an API over a pipeline has to know of it. */
export interface ServedPipelineFacts {
  readonly entry: PipelineEntry;
  /** Absent where the definition's own holds. */
  readonly name: string | undefined;
  readonly stateRetentionDays: number;
  readonly encryptionKey: kms.IKey | undefined;
  /** The event source mapping that delivers to it. */
  readonly mappingId: string;
  readonly payloadBucket: PayloadBucket | undefined;
  readonly inputStream: kinesis.IStream;
  readonly sideStream: kinesis.IStream;
  readonly table: Pick<dynamodb.ITable, 'tableArn' | 'tableName'>;
}
