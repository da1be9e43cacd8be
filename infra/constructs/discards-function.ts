import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { bundleFunction } from '../../functions/bundle.ts';
import type { FunctionNetwork } from './function-network.ts';
import type { IngestMapping } from './ingest-mapping.ts';
import { PipelineFunction } from './pipeline-function.ts';
import type { PipelineSettings } from './pipeline-settings.ts';
import type { StateTable } from './state-table.ts';

export interface DiscardsFunctionProps {
  readonly settings: PipelineSettings;
  readonly bucket: s3.IBucket | s3.Bucket;
  readonly mapping: IngestMapping;
  readonly network: FunctionNetwork | undefined;
  readonly table: StateTable;
  readonly environment: Readonly<Record<string, string>>;
}

// An object holds a batch, which is 6 MB at most, and is read whole.
const MEMORY_MB = 512;

/** Notes what ingest has given up, so that panes which may lack it say so. Runs when something is given up, and never otherwise. */
export class DiscardsFunction extends PipelineFunction {
  constructor(scope: Construct, id: string, { settings, bucket, mapping, network, table, environment }: DiscardsFunctionProps) {
    super(scope, id, {
      description: 'Mullion discards: notes what ingest has given up.',
      bundle: (outdir) => bundleFunction({ kind: 'discards', pipelineEntry: settings.entry, outdir }),
      settings,
      network,
      memoryMb: MEMORY_MB,
      timeout: Duration.minutes(1),
      environment: { ...environment, MULLION_DISCARDS: `https://${bucket.bucketRegionalDomainName}` },
    });
    const prefix = `aws/lambda/${mapping.mappingId}/`;
    this.allow(['dynamodb:GetItem', 'dynamodb:Query'], [table.tableArn]);
    this.allowAppending(table, ['*#control']);
    this.allowObjects(
      bucket,
      ['s3:GetObject'],
      'AWS names the objects of discarded batches itself; these are of one mapping.',
      `${prefix}*`,
    );
    bucket.encryptionKey?.grantDecrypt(this.grantee);

    sendEvents(bucket);
    const detail = { bucket: { name: [bucket.bucketName] }, object: { key: events.Match.prefix(prefix) } };
    new events.Rule(this, 'Rule', {
      description: 'Ingest has given up on a batch.',
      eventPattern: { source: ['aws.s3'], detailType: ['Object Created'], detail },
      targets: [new targets.LambdaFunction(this.function)],
    });
  }
}

/** Of a bucket that is made elsewhere its owner says so. By its own property: CDK's way is a function of another runtime, which may set up every bucket. */
function sendEvents(bucket: s3.IBucket | s3.Bucket): void {
  if (!(bucket.node.defaultChild instanceof s3.CfnBucket)) return;
  bucket.node.defaultChild.addPropertyOverride('NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled', true);
}
