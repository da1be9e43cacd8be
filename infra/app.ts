import { join } from 'node:path';
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { WindowPipeline } from './constructs/window-pipeline.ts';

const app = new App();

// `-c trial=true`: everything goes when the stack goes, for a look at the thing.
const trial = app.node.tryGetContext('trial') === 'true';

const stack = new Stack(app, 'MullionFlights', {
  description: 'Mullion: the example pipeline over flight records',
});

new WindowPipeline(stack, 'Flights', {
  entry: join(import.meta.dirname, '..', 'examples', 'flights.ts'),
  removalPolicy: trial ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
});
