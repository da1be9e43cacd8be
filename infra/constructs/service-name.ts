import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * What metrics and logs call a pipeline: its stack and its place there, so that no two of an account and region share a name. The definition's own name would not do, for
 * it is not known before the function runs, and two pipelines may have the same.
 */
export function serviceNameOf(pipeline: Construct): string {
  const stack = Stack.of(pipeline);
  const below = pipeline.node.scopes.slice(stack.node.scopes.length).map(({ node }) => node.id);
  return [stack.stackName, ...below].join('/');
}
