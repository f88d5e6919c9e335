import { describe, expect, test } from '@jest/globals';
import { ACCOUNT, ALIAS, emptyAccount, INPUT, run } from './support';
import { weakAccount } from './weak-account';

const KEY_ID = '00000000-0000-4000-8000-000000000001';
const KEY_ARN = `arn:aws:kms:us-east-1:${ACCOUNT}:key/${KEY_ID}`;
const STATES = INPUT.stateBucket;

describe('the bootstrap of an account where all of it exists with weaker settings', () => {
  test('shows each change of the state bucket: what it is and what it will be', async () => {
    const { lines } = await run(weakAccount());
    const found = lines.filter((line) => line.startsWith(`  update     bucket ${STATES} `));
    expect(found).toEqual([
      `  update     bucket ${STATES} public access: not BlockPublicPolicy, RestrictPublicBuckets -> blocked`,
      `  update     bucket ${STATES} object ownership: ObjectWriter -> BucketOwnerEnforced`,
      `  update     bucket ${STATES} encryption: aws:kms with the key of AWS, no bucket key -> aws:kms ${KEY_ARN}, bucket key`,
      `  update     bucket ${STATES} versioning: Suspended -> Enabled`,
      `  update     bucket ${STATES} policy: 2 parts -> 3 parts`,
      `  update     bucket ${STATES} lifecycle: 1 part -> 2 parts`,
      `  update     bucket ${STATES} access logs: off -> to ${INPUT.accessLogBucket}/terraform-state/`,
      `  update     bucket ${STATES} tags: Name=(none) Project=wrong -> Name=${STATES} Project=payment`,
    ]);
  });

  test('shows the statement that goes, and not the part of the policy that stays', async () => {
    const { lines } = await run(weakAccount());
    const at = lines.indexOf(`  update     bucket ${STATES} policy: 2 parts -> 3 parts`);
    expect(lines.slice(at + 1, at + 4)).toEqual([
      `             - {"Action":"s3:GetObject","Effect":"Allow","Principal":"*","Resource":"arn:aws:s3:::${STATES}/*","Sid":"AnybodyReads"}`,
      expect.stringMatching(/^ {13}\+ .*"DenyWithoutTls"/),
      expect.stringMatching(/^ {13}\+ .*"DenyOldTls"/),
    ]);
  });

  test('shows each change of a bucket that has no settings at all', async () => {
    const { lines } = await run(weakAccount());
    const found = lines.filter((line) => line.startsWith(`  update     bucket ${INPUT.accessLogBucket} `));
    expect(found.map((line) => line.slice(line.indexOf(': ')))).toEqual([
      ': not BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets -> blocked',
      ': none -> BucketOwnerEnforced',
      ': none -> AES256',
      ': none -> 4 parts',
      ': none -> 2 parts',
      `: Name=(none) Project=(none) -> Name=${INPUT.accessLogBucket} Project=payment`,
    ]);
  });

  test('shows each change of key and table', async () => {
    const { lines } = await run(weakAccount());
    const found = lines.filter((line) => /^ {2}(update|unchanged) +(key|table)/.test(line));
    expect(found).toEqual([
      `  unchanged  key ${ALIAS} alias: ${KEY_ID}`,
      `  update     key ${ALIAS} rotation: off -> on`,
      `  update     key ${ALIAS} policy: 2 parts -> 4 parts`,
      `  update     key ${ALIAS} description: terraform -> Terraform states and locks of account prod (${ALIAS})`,
      `  update     key ${ALIAS} tags: Name=(none) Project=(none) -> Name=terraform-state-prod Project=payment`,
      '  update     table payment-terraform-locks billing: PROVISIONED -> PAY_PER_REQUEST',
      `  update     table payment-terraform-locks encryption: with a key of AWS -> ${KEY_ARN}`,
      '  update     table payment-terraform-locks deletion protection: off -> on',
      '  update     table payment-terraform-locks point-in-time recovery: off -> on',
      '  update     table payment-terraform-locks tags: Name=(none) Project=(none) -> Name=payment-terraform-locks Project=payment',
    ]);
  });

  test('ends with the settings of a new one, and leaves the tags of others alone', async () => {
    const account = weakAccount();
    const fresh = emptyAccount();
    const { error } = await run(account);
    await run(fresh);
    expect(error).toBeUndefined();
    const { tags, ...settings } = account.buckets.buckets.get(STATES) ?? {};
    expect(fresh.buckets.buckets.get(STATES)).toMatchObject(settings);
    expect(tags).toEqual([
      { Key: 'aws:cloudformation:stack-name', Value: 'old' },
      { Key: 'Owner', Value: 'anna' },
      { Key: 'Project', Value: 'payment' },
      { Key: 'Name', Value: STATES },
    ]);
    expect(account.keys.keys.get(KEY_ID)?.tags).toMatchObject({ Owner: 'anna' });
    expect(account.tables.tables.get(INPUT.lockTable)?.tags).toMatchObject({ Owner: 'anna' });
    expect(account.tables.tables.get(INPUT.lockTable)).toMatchObject({
      billingMode: 'PAY_PER_REQUEST',
      kmsKeyArn: KEY_ARN,
      deletionProtection: true,
      recovery: true,
    });
  });

  test('makes no key, no bucket and no table', async () => {
    const account = weakAccount();
    await run(account);
    expect(account.calls.filter((call) => call.includes(':Create'))).toEqual([]);
  });

  test('changes nothing in a dry run', async () => {
    const account = weakAccount();
    const before = account.state;
    const { result } = await run(account, {}, { dryRun: true });
    expect(account.mutations).toEqual([]);
    expect(account.state).toEqual(before);
    expect(result).toMatchObject({ changes: 23, key: { id: KEY_ID } });
  });

  test('does not care about order, white space or lists of one in documents', async () => {
    const account = emptyAccount();
    await run(account);
    const bucket = account.buckets.buckets.get(STATES);
    const { Version, Statement } = JSON.parse(bucket?.policy ?? '{}') as {
      Version: string;
      Statement: { Resource: string[] }[];
    };
    const reordered = [...Statement].reverse().map((statement) => ({
      ...statement,
      Principal: { AWS: '*' },
      Action: ['s3:*'],
      Resource: [...statement.Resource].reverse(),
    }));
    if (bucket !== undefined) {
      bucket.policy = JSON.stringify({ Statement: reordered, Version }, null, 4);
      bucket.lifecycle = [...(bucket.lifecycle ?? [])].reverse();
    }
    await run(account);
    expect(account.mutations).toEqual([]);
  });
});
