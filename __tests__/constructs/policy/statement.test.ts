import { describe, expect, test } from '@jest/globals';
import { onlyForAccount, policyDocument, type PolicyStatement } from '../../../constructs/policy';

const READ: PolicyStatement = { actions: ['s3:GetObject'], resources: ['arn:aws:s3:::bucket/*'] };

const parsed = (...statements: PolicyStatement[]): unknown => JSON.parse(policyDocument(statements));

describe('a policy document', () => {
  test('allows by default and writes single values without a list', () => {
    expect(parsed(READ)).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/*' }],
    });
  });

  test('holds every part of a statement under its IAM name', () => {
    const conditions = { Bool: { 'aws:SecureTransport': 'false' } };
    expect(
      parsed({
        sid: 'TlsOnly',
        effect: 'Deny',
        actions: ['s3:GetObject', 's3:PutObject'],
        resources: ['a', 'b'],
        principals: { AWS: ['arn:aws:iam::111111111111:root'], Service: ['a.amazonaws.com', 'b.amazonaws.com'] },
        conditions,
      }),
    ).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'TlsOnly',
          Effect: 'Deny',
          Principal: { AWS: 'arn:aws:iam::111111111111:root', Service: ['a.amazonaws.com', 'b.amazonaws.com'] },
          Action: ['s3:GetObject', 's3:PutObject'],
          Resource: ['a', 'b'],
          Condition: conditions,
        },
      ],
    });
  });

  test('writes everybody as a star, the only form that means it everywhere', () => {
    expect(parsed({ ...READ, principals: { '*': ['*'] } })).toMatchObject({ Statement: [{ Principal: '*' }] });
  });

  test('has no resource in a trust policy', () => {
    const trust = { actions: ['sts:AssumeRole'], resources: [], principals: { Service: ['lambda.amazonaws.com'] } };
    expect(parsed(trust)).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    });
  });

  test('keeps the order of the statements', () => {
    const second = { ...READ, sid: 'Second' };
    expect(policyDocument([READ, second])).not.toBe(policyDocument([second, READ]));
  });
});

describe('the condition onlyForAccount', () => {
  test('names the account', () => {
    expect(onlyForAccount('111111111111')).toEqual({ StringEquals: { 'aws:SourceAccount': '111111111111' } });
  });

  test('names the source too where it is given', () => {
    expect(onlyForAccount('111111111111', 'arn:aws:dms:us-east-1:111111111111:*')).toEqual({
      StringEquals: { 'aws:SourceAccount': '111111111111' },
      ArnLike: { 'aws:SourceArn': 'arn:aws:dms:us-east-1:111111111111:*' },
    });
  });
});
