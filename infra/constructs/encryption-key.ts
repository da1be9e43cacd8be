import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/**
 * What a function does with the key, by way of the services it calls: the list that DynamoDB asks of whoever uses an encrypted table, without the making of grants, which is
 * for whoever makes the table. Kinesis and S3 need two of it, `Decrypt` to read and `GenerateDataKey` to write.
 */
export const KEY_ACTIONS = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
] as const;

/**
 * Lets CloudWatch Logs use a key, for log groups of this account and region. It is the one service that uses keys in its own name, so that the key's policy must say it; and it
 * says it of all groups, for a group cannot be made before the key allows it. The policy of a key that was made elsewhere stays as it is.
 */
export function allowLogs(key: kms.IKey, scope: Construct): void {
  const { region } = Stack.of(scope);
  const groups = Stack.of(scope).formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const statement = new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal(`logs.${region}.amazonaws.com`)],
    actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
    resources: ['*'],
    conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': groups } },
  });
  key.addToResourcePolicy(statement);
}
