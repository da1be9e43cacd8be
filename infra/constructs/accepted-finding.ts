import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Says to whoever checks the app by a rule pack (cdk-nag) why a finding of it is meant, so that nobody who uses the construct has to look into it. It goes by CDK's own
 * validations: without a rule pack it does nothing, and none is needed here.
 */
export function acceptFinding(of: IConstruct, rule: string, reason: string): void {
  Validations.of(of).acknowledge({ id: rule, reason });
}

/** That a role may reach all objects of a bucket, and no other wildcard of it. */
export function acceptAllObjects(of: IConstruct, objectsArn: string, reason: string): void {
  acceptFinding(of, `AwsSolutions-IAM5[Resource::${flattened(Stack.of(of).resolve(objectsArn))}]`, reason);
}

/** As the rule pack writes an ARN that CloudFormation puts together. */
function flattened(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if ('Ref' in value) return `<${String(value.Ref)}>`;
  if ('Fn::GetAtt' in value) return `<${(value['Fn::GetAtt'] as string[]).join('.')}>`;
  if ('Fn::Join' in value) {
    const [separator, parts] = value['Fn::Join'] as [string, unknown[]];
    return parts.map(flattened).join(separator);
  }
  return JSON.stringify(value);
}
