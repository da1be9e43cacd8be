import type { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { bundleFunction } from '../../functions/bundle.ts';
import type { FunctionNetwork } from './function-network.ts';
import { PipelineFunction, type PipelineFunctionProps } from './pipeline-function.ts';
import type { ServedPipelineFacts } from './served-pipeline.ts';

export interface SocketFunctionProps {
  readonly settings: PipelineFunctionProps['settings'];
  readonly network: FunctionNetwork | undefined;
  readonly pipeline: Pick<ServedPipelineFacts, 'entry' | 'inputStream'>;
  readonly memoryMb: number;
  readonly timeout: Duration;
}

/** Puts events that come over a WebSocket on the input stream. It can do nothing else. */
export class SocketFunction extends PipelineFunction {
  constructor(scope: Construct, id: string, { settings, network, pipeline, memoryMb, timeout }: SocketFunctionProps) {
    const { entry, inputStream } = pipeline;
    super(scope, id, {
      description: 'Mullion socket: puts events on the input stream, and acknowledges them.',
      bundle: (outdir) => bundleFunction({ kind: 'socket', pipelineEntry: entry, outdir }),
      settings,
      network,
      memoryMb,
      timeout,
      environment: { MULLION_INPUT_STREAM: inputStream.streamName, POWERTOOLS_LOG_LEVEL: 'INFO' },
    });
    this.allow(['kinesis:PutRecords'], [inputStream.streamArn]);
    // Whoever puts records on a stream that is encrypted asks for a key to each.
    inputStream.encryptionKey?.grant(this.grantee, 'kms:GenerateDataKey');
  }
}
