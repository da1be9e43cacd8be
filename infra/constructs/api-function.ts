import { ArnFormat, type Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { bundleApi } from '../../functions/bundle.ts';
import { KEY_ACTIONS } from './encryption-key.ts';
import type { FunctionNetwork } from './function-network.ts';
import type { ServedPipelineFacts } from './served-pipeline.ts';
import { PipelineFunction, type PipelineFunctionProps } from './pipeline-function.ts';

export interface ApiFunctionProps {
  readonly settings: PipelineFunctionProps['settings'];
  readonly network: FunctionNetwork | undefined;
  readonly pipelines: readonly ServedPipelineFacts[];
  readonly mayStartAndStop: boolean;
  readonly memoryMb: number;
  readonly timeout: Duration;
}

// The logs of what people ask and set: all that the API may append to.
const WRITTEN_LOGS = ['*#control', '*#rules'];

/** Answers requests: reads the tables of its pipelines, appends what people ask, and puts events on their streams. */
export class ApiFunction extends PipelineFunction {
  constructor(scope: Construct, id: string, props: ApiFunctionProps) {
    const { pipelines, mayStartAndStop } = props;
    super(scope, id, {
      description: 'Mullion API: what window pipelines hold, have fired and are asked to do.',
      bundle: (outdir) => bundleApi({ pipelineEntries: pipelines.map(({ entry }) => entry), outdir }),
      settings: props.settings,
      network: props.network,
      memoryMb: props.memoryMb,
      timeout: props.timeout,
      environment: {
        MULLION_PIPELINES: Stack.of(scope).toJsonString(
          pipelines.map(({ name, table, inputStream, sideStream, stateRetentionDays, mappingId }) => ({
            ...(name === undefined ? {} : { name }),
            table: table.tableName,
            inputStream: inputStream.streamName,
            sideStream: sideStream.streamName,
            retentionDays: stateRetentionDays,
            ...(mayStartAndStop ? { mapping: mappingId } : {}),
          })),
        ),
        POWERTOOLS_LOG_LEVEL: 'INFO',
      },
    });
    for (const pipeline of pipelines) this.#serve(pipeline, mayStartAndStop);
  }

  #serve({ table, inputStream, sideStream, payloadBucket, encryptionKey, mappingId }: ServedPipelineFacts, mayStartAndStop: boolean): void {
    this.allow(['dynamodb:GetItem', 'dynamodb:Query'], [table.tableArn]);
    this.allowAppending(table, WRITTEN_LOGS);
    this.allow(['kinesis:ListShards'], [inputStream.streamArn, sideStream.streamArn]);
    this.allow(['kinesis:PutRecords'], [inputStream.streamArn]);
    this.allow(['kinesis:GetShardIterator', 'kinesis:GetRecords'], [sideStream.streamArn]);
    if (payloadBucket !== undefined)
      this.allowObjects(payloadBucket, ['s3:GetObject'], 'A payload is named by what it holds; the bucket holds nothing else.');
    encryptionKey?.grant(this.grantee, ...KEY_ACTIONS);
    // Whoever puts records on a stream that is encrypted asks for a key to each.
    if (inputStream.encryptionKey !== encryptionKey) inputStream.encryptionKey?.grant(this.grantee, 'kms:GenerateDataKey');
    if (mayStartAndStop) this.allow(['lambda:GetEventSourceMapping', 'lambda:UpdateEventSourceMapping'], [mappingArn(this, mappingId)]);
  }
}

function mappingArn(scope: Construct, mappingId: string): string {
  return Stack.of(scope).formatArn({
    service: 'lambda',
    resource: 'event-source-mapping',
    resourceName: mappingId,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
