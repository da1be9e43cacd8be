import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acceptFinding } from './accepted-finding.ts';
import type { NetworkPlacement } from './window-pipeline-props.ts';

const HTTPS = ec2.Port.tcp(443);

/** The place in a network that the functions of a pipeline share. */
export class FunctionNetwork extends Construct {
  readonly placement: Required<Pick<lambda.FunctionOptions, 'vpc' | 'securityGroups'>> & Pick<lambda.FunctionOptions, 'vpcSubnets'>;

  constructor(scope: Construct, id: string, { vpc, subnets, securityGroups }: NetworkPlacement) {
    super(scope, id);
    this.placement = {
      vpc,
      ...(subnets && { vpcSubnets: subnets }),
      securityGroups: securityGroups === undefined ? [this.#httpsOnly(vpc)] : [...securityGroups],
    };
  }

  /**
   * Lets Lambda make the network interfaces of a function with this role. AWS knows no narrower resource: an interface has no name before it is made. The condition keeps the
   * permission from the function's own code, whose requests always carry the key.
   */
  admit(role: iam.Role): void {
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: [
          'ec2:AssignPrivateIpAddresses',
          'ec2:CreateNetworkInterface',
          'ec2:DeleteNetworkInterface',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeSubnets',
          'ec2:UnassignPrivateIpAddresses',
        ],
        resources: ['*'],
        conditions: { Null: { 'lambda:SourceFunctionArn': 'true' } },
      }),
    );
    acceptFinding(
      role,
      'AwsSolutions-IAM5[Resource::*]',
      'Lambda makes the network interfaces of a function with its role, and they have no names before; the code of the function may not.',
    );
  }

  #httpsOnly(vpc: ec2.IVpc): ec2.ISecurityGroup {
    const group = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Mullion: HTTPS to the services of AWS, and nothing in',
      allowAllOutbound: false,
    });
    group.addEgressRule(ec2.Peer.anyIpv4(), HTTPS, 'AWS');
    return group;
  }
}
