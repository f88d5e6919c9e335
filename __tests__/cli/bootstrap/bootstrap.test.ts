import { describe, expect, test } from '@jest/globals';
import { ACCOUNT, ALIAS, DESCRIPTION, emptyAccount, INPUT, run } from './support';

const STATES = INPUT.stateBucket;
const LOGS = INPUT.accessLogBucket;
const KEY_ID = '00000000-0000-4000-8000-000000000001';
const KEY_ARN = `arn:aws:kms:us-east-1:${ACCOUNT}:key/${KEY_ID}`;

/** The plan's lines without the parts of documents. */
const plan = (lines: readonly string[]): string[] =>
  lines.filter((line) => /^ {2}(create|update|unchanged)/.test(line));

describe('the bootstrap of an empty account', () => {
  test('makes key, access log bucket, state bucket and table, in that order', async () => {
    const account = emptyAccount();
    const { lines, error } = await run(account);
    expect(error).toBeUndefined();
    expect(account.mutations).toEqual([
      'kms:CreateKey',
      'kms:CreateAlias',
      'kms:EnableKeyRotation',
      's3:CreateBucket',
      's3:PutPublicAccessBlock',
      's3:PutBucketOwnershipControls',
      's3:PutBucketEncryption',
      's3:PutBucketPolicy',
      's3:PutBucketLifecycleConfiguration',
      's3:PutBucketTagging',
      's3:CreateBucket',
      's3:PutPublicAccessBlock',
      's3:PutBucketOwnershipControls',
      's3:PutBucketEncryption',
      's3:PutBucketVersioning',
      's3:PutBucketPolicy',
      's3:PutBucketLifecycleConfiguration',
      's3:PutBucketLogging',
      's3:PutBucketTagging',
      'dynamodb:CreateTable',
      // Not available at first: DynamoDB is still switching backups on.
      'dynamodb:UpdateContinuousBackups',
      'dynamodb:UpdateContinuousBackups',
    ]);
    expect(lines[0]).toBe(
      `Account prod (${ACCOUNT}), us-east-1, as arn:aws:sts::${ACCOUNT}:assumed-role/Platform/engineer`,
    );
    expect(lines.filter((line) => line.startsWith('  done'))).toHaveLength(21);
  });

  test('says before what it will do, each part of a document included', async () => {
    const { lines } = await run(emptyAccount());
    const arn = `arn:aws:s3:::${STATES}`;
    const tls = (condition: string, sid: string): string =>
      `             + {"Action":"s3:*","Condition":${condition},"Effect":"Deny","Principal":"*","Resource":["${arn}","${arn}/*"],"Sid":"${sid}"}`;
    expect(lines.slice(lines.indexOf(`  create     bucket ${STATES}: none -> in us-east-1`))).toEqual(
      expect.arrayContaining([
        `  create     bucket ${STATES} public access: none -> blocked`,
        `  create     bucket ${STATES} object ownership: none -> BucketOwnerEnforced`,
        `  create     bucket ${STATES} encryption: none -> aws:kms with the new key, bucket key`,
        `  create     bucket ${STATES} versioning: none -> Enabled`,
        `  create     bucket ${STATES} policy: none -> 3 parts`,
        tls('{"Bool":{"aws:SecureTransport":"false"}}', 'DenyWithoutTls'),
        tls('{"NumericLessThan":{"s3:TlsVersion":"1.2"}}', 'DenyOldTls'),
        `  create     bucket ${STATES} lifecycle: none -> 2 parts`,
        '             + {"Filter":{"Prefix":""},"ID":"expire-old-states","NoncurrentVersionExpiration":{"NoncurrentDays":365},"Status":"Enabled"}',
        `  create     bucket ${STATES} access logs: none -> to ${LOGS}/terraform-state/`,
        `  create     bucket ${STATES} tags: none -> Name=${STATES} Project=payment`,
        '  create     table payment-terraform-locks: none -> key LockID, on demand, encrypted with the key, deletion protection, tags',
        '  create     table payment-terraform-locks point-in-time recovery: off -> on',
      ]),
    );
    expect(plan(lines).slice(0, 4)).toEqual([
      `  create     key ${ALIAS}: none -> a symmetric key with policy, description and tags`,
      `  create     key ${ALIAS} alias: none -> the new key`,
      `  create     key ${ALIAS} rotation: off -> on`,
      `  create     bucket ${LOGS}: none -> in us-east-1`,
    ]);
  });

  test('answers with the key that accounts.ts needs', async () => {
    const { result } = await run(emptyAccount());
    expect(result).toEqual({ changes: 21, key: { id: KEY_ID, arn: KEY_ARN } });
  });

  test('gives the key its description at once, by which a later run finds it', async () => {
    const account = emptyAccount();
    await run(account);
    expect(account.keys.keys.get(KEY_ID)).toMatchObject({
      Description: DESCRIPTION,
      rotation: true,
      tags: { Name: 'terraform-state-prod', Project: 'payment' },
    });
    expect(account.keys.aliases.get(ALIAS)).toBe(KEY_ID);
  });

  test.each(['us-east-1', 'us-east-2', 'eu-central-1'])('makes buckets where S3 accepts them: %s', async (region) => {
    const account = emptyAccount(region);
    const { error } = await run(account);
    expect(error).toBeUndefined();
    expect([...account.buckets.buckets.keys()].sort()).toEqual([STATES, LOGS].sort());
  });

  test('changes nothing when run again', async () => {
    const account = emptyAccount();
    await run(account);
    const before = account.state;
    const { lines, result } = await run(account);
    expect(account.mutations).toEqual([]);
    expect(account.state).toEqual(before);
    expect(result).toMatchObject({ changes: 0, key: { id: KEY_ID } });
    expect(plan(lines).filter((line) => !line.startsWith('  unchanged'))).toEqual([]);
    expect(lines.at(-1)).toBe('Everything is as the account stack declares it: nothing to do.');
  });

  test('waits for a key that KMS does not know everywhere yet', async () => {
    const account = emptyAccount();
    account.keys.unknownAnswers = 3;
    const { error } = await run(account);
    expect(error).toBeUndefined();
    expect(account.keys.aliases.get(ALIAS)).toBe(KEY_ID);
    expect(account.keys.keys.size).toBe(1);
  });

  test('gives up on a key that stays unknown after a minute', async () => {
    const account = emptyAccount();
    account.keys.unknownAnswers = 12;
    const { error } = await run(account);
    expect(error).toMatchObject({
      name: 'BootstrapInterrupted',
      message: `stopped at "create key ${ALIAS} alias": NotFoundException: Key ${KEY_ID} does not exist; what is marked done stays, run the same command again to continue`,
    });
  });

  test('waits for the table to be active, and gives up after ten minutes', async () => {
    const account = emptyAccount();
    account.tables.busyAnswers = 119;
    expect((await run(account)).result).toMatchObject({ changes: 21 });
    const stuck = emptyAccount();
    stuck.tables.busyAnswers = 120;
    expect((await run(stuck)).error?.message).toBe(
      'stopped at "create table payment-terraform-locks": Error: table payment-terraform-locks is still changing after 10 minutes; try again; what is marked done stays, run the same command again to continue',
    );
  });
});

describe('a bootstrap beside another one of the same account', () => {
  test.each(['us-east-1', 'eu-central-1'])('goes on with the bucket that the other one made in %s', async (region) => {
    const account = emptyAccount(region);
    account.buckets.takenBy = { name: STATES, owner: ACCOUNT };
    const { error } = await run(account);
    expect(error).toBeUndefined();
    expect(account.buckets.buckets.get(STATES)).toMatchObject({ versioning: 'Enabled' });
  });

  test('goes on with the table that the other one made', async () => {
    const account = emptyAccount();
    account.tables.takenBefore = true;
    const { error } = await run(account);
    expect(error).toBeUndefined();
    expect(account.mutations.filter((call) => call === 'dynamodb:CreateTable')).toHaveLength(1);
  });
});

describe('a dry run', () => {
  test('of an empty account changes nothing and says what is to do', async () => {
    const account = emptyAccount();
    const { lines, result } = await run(account, {}, { dryRun: true });
    expect(account.mutations).toEqual([]);
    expect(result).toEqual({ changes: 21, key: undefined });
    expect(plan(lines)).toHaveLength(21);
    expect(lines.at(-1)).toBe('21 changes to make. Dry run: nothing was changed.');
  });

  test('shows the plan that a run then follows', async () => {
    const account = emptyAccount();
    const dry = await run(account, {}, { dryRun: true });
    const wet = await run(account);
    expect(plan(dry.lines)).toEqual(plan(wet.lines));
  });
});
