import { describe, expect, test } from '@jest/globals';
import { parsePolicy } from '../../support/template';
import { synthesizeNetwork } from './network-fixture';

const template = synthesizeNetwork({ flowLogRetentionDays: 90 });

describe('the flow logs', () => {
  test('hold all traffic of the VPC, minute by minute', () => {
    expect(template.resource('aws_flow_log')).toMatchObject({
      vpc_id: expect.stringMatching(/Network_Vpc_/),
      traffic_type: 'ALL',
      max_aggregation_interval: 60,
      log_destination_type: 'cloud-watch-logs',
      log_destination: expect.stringMatching(/Network_FlowLogs_LogGroup_\w+\.arn\}$/),
      iam_role_arn: expect.stringMatching(/Network_FlowLogs_Role_/),
      tags: { Name: 'vpc-flow-logs-test' },
    });
  });

  test('go to a group with the key for logs and the retention asked for', () => {
    expect(template.resource('aws_cloudwatch_log_group')).toMatchObject({
      name: '/aws/vpc/flow-logs/vpc-test',
      kms_key_id: expect.stringMatching(/LogsKey_/),
      retention_in_days: 90,
    });
  });

  test('are written by a role for this account that can write there and create no group', () => {
    const role = template.resource('aws_iam_role', { name: 'vpc-flow-logs-test' });
    expect(parsePolicy(role['assume_role_policy']).Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'vpc-flow-logs.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'aws:SourceAccount': '111111111111' },
          ArnLike: { 'aws:SourceArn': 'arn:aws:ec2:us-east-1:111111111111:vpc-flow-log/*' },
        },
      },
    ]);
    expect(parsePolicy(template.resource('aws_iam_role_policy')['policy']).Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogGroups', 'logs:DescribeLogStreams'],
        Resource: [
          expect.stringMatching(/^\$\{aws_cloudwatch_log_group\.\w+\.arn\}$/),
          expect.stringMatching(/^\$\{aws_cloudwatch_log_group\.\w+\.arn\}:\*$/),
        ],
      },
    ]);
  });

  test('start when the role may write', () => {
    expect(template.resource('aws_flow_log')['depends_on']).toEqual([
      expect.stringMatching(/^aws_iam_role_policy\.Network_FlowLogs_Role_Policy_/),
    ]);
  });
});
