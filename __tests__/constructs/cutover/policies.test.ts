import { describe, expect, test } from '@jest/globals';
import { ApprovalsPolicy, OperationsPolicy } from '../../../constructs/cutover';
import { MigrationStateTable } from '../../../constructs/storage';
import { AwsTrafficWeight, TrafficClearance, TrafficSteps, WeightedRecords } from '../../../constructs/traffic';
import { StateMachine } from '../../../constructs/workflow';
import { type Json, parsePolicy, synthesize } from '../../support/template';
import { makeFunction, makeKey } from '../compute/function-fixture';

const ZONE = { zoneId: 'Z0123456789', recordName: 'api.payments.example.com' };

const template = synthesize((stack) => {
  const logEncryptionKey = makeKey(stack, 'logs-of-machines');
  const people = {
    migrationState: new MigrationStateTable(stack, 'State', {
      encryptionKey: makeKey(stack, 'tables'),
      initialAuthority: 'on-prem',
    }),
    machines: ['cutover', 'rollback'].map(
      (component) =>
        new StateMachine(stack, component, {
          component,
          description: component,
          definition: {},
          logEncryptionKey,
          logRetentionDays: 365,
        }),
    ),
    clearance: new TrafficClearance(stack, 'Clearance'),
    records: new WeightedRecords(stack, 'Records', {
      ...ZONE,
      zoneName: 'payments.example.com',
      awsTarget: { dnsName: 'payment-alb.us-east-1.elb.amazonaws.com', zoneId: 'Z35SXDOTRQ7X7K' },
      awsWeight: new AwsTrafficWeight(stack, 'Weight', ZONE),
      onPremises: { addresses: ['203.0.113.10'] },
    }),
  };
  new ApprovalsPolicy(stack, 'Approvals', people);
  new OperationsPolicy(stack, 'Operations', {
    ...people,
    rollbackTrigger: makeFunction(stack),
    steps: new TrafficSteps(stack, 'Steps', { steps: [100] }),
  });
});

const statementsOf = (name: string): Json[] =>
  parsePolicy(template.resource('aws_iam_policy', { name })['policy']).Statement;
const actionsOf = (name: string): string[] =>
  [...new Set(statementsOf(name).flatMap(({ Action }) => Action as string | string[]))].sort();

const LOOK = [
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'dynamodb:Scan',
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'route53:ListResourceRecordSets',
  'ssm:GetParameter',
  'states:DescribeExecution',
  'states:GetExecutionHistory',
  'states:ListExecutions',
];

describe('the policies for people', () => {
  test('let approvers look and speak, and operators start machines and the rollback as well', () => {
    expect(actionsOf('migration-approvals-test')).toEqual(LOOK);
    expect(actionsOf('migration-operations-test')).toEqual(
      [...LOOK, 'lambda:InvokeFunction', 'states:StartExecution'].sort(),
    );
  });

  test.each(['migration-approvals-test', 'migration-operations-test'])(
    '%s lets nobody write an item in the name of somebody else, nor one without a name',
    (name) => {
      const writes = statementsOf(name).filter(({ Action }) => /Put|Update|Delete|Batch/.test(JSON.stringify(Action)));
      expect(writes).toEqual([
        {
          Sid: 'SpeakForOneself',
          Effect: 'Allow',
          Action: 'dynamodb:PutItem',
          Resource: expect.stringMatching(/^\$\{aws_dynamodb_table\.State_Table_\w+\.arn\}$/),
          Condition: {
            'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['$${aws:userid}'] },
            Null: { 'dynamodb:LeadingKeys': 'false' },
          },
        },
      ]);
    },
  );

  test.each(['migration-approvals-test', 'migration-operations-test'])(
    '%s shows the clearance and the weights, of this environment and its zone only',
    (name) => {
      const shows = statementsOf(name).filter(({ Action }) => /route53|ssm/.test(JSON.stringify(Action)));
      expect(shows.slice(0, 2)).toEqual([
        {
          Effect: 'Allow',
          Action: 'ssm:GetParameter',
          Resource: expect.stringMatching(/^\$\{aws_ssm_parameter\.Clearance_Parameter_\w+\.arn\}$/),
        },
        {
          Sid: 'ReadWeights',
          Effect: 'Allow',
          Action: 'route53:ListResourceRecordSets',
          Resource: 'arn:aws:route53:::hostedzone/Z0123456789',
        },
      ]);
      expect(JSON.stringify(shows)).not.toMatch(/PutParameter|ChangeResourceRecordSets/);
    },
  );

  test('let operators start every machine, and approvers follow every one', () => {
    const resources = (name: string, action: string): number =>
      statementsOf(name).filter(({ Action }) => Action === action).length;
    expect(resources('migration-operations-test', 'states:StartExecution')).toBe(2);
    expect(resources('migration-approvals-test', 'states:ListExecutions')).toBe(2);
  });
});
