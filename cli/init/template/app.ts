import { join } from 'node:path';
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { WindowPipeline } from 'mullion/infra';

const app = new App();
const stack = new Stack(app, 'MyPipeline');

// `-c trial=true`: everything goes when the stack goes, for a look at the thing.
const trial = app.node.tryGetContext('trial') === 'true';

new WindowPipeline(stack, 'Pipeline', {
  entry: join(import.meta.dirname, 'pipeline.ts'),
  removalPolicy: trial ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
});
