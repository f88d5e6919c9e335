import { describe, expect, test } from '@jest/globals';
import { TerraformOutput } from 'cdktf';
import { EncryptionKeys } from '../../../constructs/encryption';
import { EncryptedLogGroup, LOG_RETENTION_DAYS } from '../../../constructs/monitoring';
import { synthesize } from '../../support/template';

describe('an encrypted log group', () => {
  test('has the name, key and retention given, and no other setting', () => {
    const template = synthesize((stack) => {
      const keys = new EncryptionKeys(stack, 'Keys', { purposes: ['logs'] });
      const group = new EncryptedLogGroup(stack, 'Logs', {
        logGroupName: '/aws/lambda/payment-validation-test',
        encryptionKey: keys.logs,
        retentionDays: 365,
      });
      new TerraformOutput(stack, 'name', { value: group.logGroupName, staticId: true });
      new TerraformOutput(stack, 'arn', { value: group.logGroupArn, staticId: true });
    });
    expect(template.resource('aws_cloudwatch_log_group')).toEqual({
      '//': expect.anything(),
      name: '/aws/lambda/payment-validation-test',
      kms_key_id: expect.stringMatching(/^\$\{aws_kms_key\..*\.arn\}$/),
      retention_in_days: 365,
    });
    // By reference, not as a literal: whatever writes to the group waits until it exists with its key.
    expect(template.block('output')).toMatchObject({
      name: { value: expect.stringMatching(/^\$\{aws_cloudwatch_log_group\..*\.name\}$/) },
      arn: { value: expect.stringMatching(/^\$\{aws_cloudwatch_log_group\..*\.arn\}$/) },
    });
  });

  test('adopts a group that exists already', () => {
    const { json } = synthesize((stack) => {
      const keys = new EncryptionKeys(stack, 'Keys', { purposes: ['logs'] });
      const props = { logGroupName: 'RDSOSMetrics', encryptionKey: keys.logs, retentionDays: 30 } as const;
      new EncryptedLogGroup(stack, 'Logs', props).importExisting();
    });
    expect(json.import).toEqual([
      { id: 'RDSOSMetrics', to: expect.stringMatching(/^aws_cloudwatch_log_group\.Logs_Group_/) },
    ]);
  });

  test('is offered the retentions of CloudWatch Logs in rising order, none of them endless', () => {
    expect([...LOG_RETENTION_DAYS]).toEqual([...LOG_RETENTION_DAYS].sort((a, b) => a - b));
    expect(LOG_RETENTION_DAYS[0]).toBe(1);
  });
});
