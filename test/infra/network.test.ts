import type { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { describe, expect, it, vi } from 'vitest';
import { WindowPipeline, type WindowPipelineProps } from '../../infra/infra.ts';
import { network, stackOf } from './shapes.ts';
import { grantsOf } from './template-facts.ts';

vi.mock('../../functions/bundle.ts', () => import('./stub-bundle.ts'));

function synthesize(props: (stack: Stack) => Partial<WindowPipelineProps>): Template {
  return Template.fromStack(stackOf((stack) => new WindowPipeline(stack, 'Flights', { entry: 'flights.ts', ...props(stack) })));
}

describe('in a network', () => {
  const template = synthesize((stack) => ({ network: { vpc: network(stack) } }));
  const group = { 'Fn::GetAtt': [Match.stringLikeRegexp('^FlightsNetworkSecurityGroup'), 'GroupId'] };

  it('the functions are in its private subnets, behind one group that lets HTTPS out and nothing in', () => {
    template.allResourcesProperties('AWS::Lambda::Function', {
      VpcConfig: { SubnetIds: ['subnet-00000001', 'subnet-00000002'], SecurityGroupIds: [group] },
    });
    template.resourceCountIs('AWS::EC2::SecurityGroup', 1);
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupEgress: [{ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443, IpProtocol: 'tcp', Description: 'AWS' }],
      SecurityGroupIngress: Match.absent(),
    });
  });

  it('Lambda may make their network interfaces, and their code may not', () => {
    for (const role of ['FlightsIngestRole', 'FlightsFireRole']) {
      expect(grantsOf(template, role).filter((grant) => grant.endsWith(' on *'))).toEqual([
        'ec2:AssignPrivateIpAddresses on *',
        'ec2:CreateNetworkInterface on *',
        'ec2:DeleteNetworkInterface on *',
        'ec2:DescribeNetworkInterfaces on *',
        'ec2:DescribeSubnets on *',
        'ec2:UnassignPrivateIpAddresses on *',
      ]);
    }
    template.allResourcesProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Resource: '*', Condition: { Null: { 'lambda:SourceFunctionArn': 'true' } } })]),
      },
    });
  });
});

it('subnets and security groups can be given', () => {
  const template = synthesize((stack) => ({
    network: {
      vpc: network(stack),
      subnets: { subnets: [ec2.Subnet.fromSubnetId(stack, 'Quiet', 'subnet-00000007')] },
      securityGroups: ['sg-00000001', 'sg-00000002'].map((id) => ec2.SecurityGroup.fromSecurityGroupId(stack, id, id)),
    },
  }));
  template.resourceCountIs('AWS::EC2::SecurityGroup', 0);
  template.allResourcesProperties('AWS::Lambda::Function', {
    VpcConfig: { SubnetIds: ['subnet-00000007'], SecurityGroupIds: ['sg-00000001', 'sg-00000002'] },
  });
});

it('without one, nothing of it is there', () => {
  const template = synthesize(() => ({}));
  template.allResourcesProperties('AWS::Lambda::Function', { VpcConfig: Match.absent(), ReservedConcurrentExecutions: Match.absent() });
  template.resourceCountIs('AWS::EC2::SecurityGroup', 0);
});

it('concurrency is set aside for fire alone, for each of its functions', () => {
  const template = synthesize(() => ({ lanes: 2, fireReservedConcurrency: 1 }));
  template.resourcePropertiesCountIs('AWS::Lambda::Function', { ReservedConcurrentExecutions: 1 }, 2);
  template.resourceCountIs('AWS::Lambda::Function', 3);
});
