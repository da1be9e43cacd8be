import { type Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';

export interface FireScheduleProps {
  readonly function: lambda.IFunction;
  /** Whole minutes, at least one. */
  readonly interval: Duration;
}

/**
 * Runs fire at a fixed rate, at least once a tick.
 *
 * EventBridge Scheduler rather than a scheduled rule: AWS recommends it for new schedules, its quota is per account in the
 * millions where a bus holds a few hundred rules, and its retries can be switched off for the delivery itself. It costs a
 * role, which is made here rather than by CDK's target class, because that one may invoke every version of the function.
 */
export class FireSchedule extends Construct {
  constructor(scope: Construct, id: string, props: FireScheduleProps) {
    super(scope, id);
    const stack = Stack.of(this);

    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        // Only schedules of this account may use the role, whoever else learns its name.
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
      }),
    });
    role.addToPolicy(new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [props.function.functionArn] }));

    const minutes = props.interval.toMinutes();
    const schedule = new scheduler.CfnSchedule(this, 'Resource', {
      description: 'Mullion: runs fire, which closes windows.',
      scheduleExpression: minutes === 1 ? 'rate(1 minute)' : `rate(${minutes} minutes)`,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: props.function.functionArn,
        roleArn: role.roleArn,
        // The next tick is the retry. A minute is the least that Scheduler takes.
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
      },
    });
    // Scheduler checks the role when the schedule is made; CloudFormation sees no link to the role's policy by itself.
    schedule.node.addDependency(role);
  }
}
