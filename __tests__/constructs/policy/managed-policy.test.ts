import { describe, expect, test } from '@jest/globals';
import { ManagedPolicy } from '../../../constructs/policy';
import { attributesOf } from '../../support/attributes';
import { parsePolicy, synthesize, type Template } from '../../support/template';

const build = (use: (policy: ManagedPolicy) => void): Template =>
  synthesize((stack) => {
    use(new ManagedPolicy(stack, 'People', { component: 'migration-approvals', description: 'Lets people approve.' }));
  });

describe('a policy for people', () => {
  test('is named by the environment and attached to nobody', () => {
    const template = build((policy) => {
      policy.addStatements({ actions: ['states:ListExecutions'], resources: ['arn:machine'] });
    });
    expect(template.addresses).toEqual([expect.stringMatching(/^aws_iam_policy\.People_Policy_/)]);
    const { policy, ...attributes } = attributesOf(template.resource('aws_iam_policy'));
    expect(attributes).toEqual({ name: 'migration-approvals-test', description: 'Lets people approve.' });
    expect(parsePolicy(policy).Statement).toEqual([
      { Effect: 'Allow', Action: 'states:ListExecutions', Resource: 'arn:machine' },
    ]);
  });

  test('holds a statement once, however often it was granted', () => {
    const template = build((policy) => {
      const read = { actions: ['kms:Decrypt'], resources: ['arn:key'] };
      policy.addStatements(read, { actions: ['dynamodb:GetItem'], resources: ['arn:table'] });
      policy.addStatements({ ...read });
    });
    expect(parsePolicy(template.resource('aws_iam_policy').policy).Statement.map(({ Action }) => Action)).toEqual([
      'kms:Decrypt',
      'dynamodb:GetItem',
    ]);
  });
});
