import { describe, expect, test } from '@jest/globals';
import { awsError } from '../../support/fake-aws';
import type { FakeStateBackend } from '../../support/fake-state-backend';
import { ACCOUNT, ALIAS, emptyAccount, INPUT, run } from './support';

const OTHER = '999999999999';

/** Expects that the bootstrap refuses with these problems, all in one message, and sends no call that changes anything. */
async function expectRefusal(account: FakeStateBackend, problems: readonly string[]): Promise<void> {
  const before = account.state;
  const { error } = await run(account);
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  expect(error?.message).toBe(
    [`bootstrap of account prod: ${count}; nothing was changed`, ...problems.map((each) => `  ${each}`)].join('\n'),
  );
  expect(error?.name).toBe('BootstrapRefused');
  expect(account.mutations).toEqual([]);
  expect(account.state).toEqual(before);
}

describe('the bootstrap refuses, before it changes anything,', () => {
  test('a bucket that logs into itself', async () => {
    const account = emptyAccount();
    const { error } = await run(account, { accessLogBucket: INPUT.stateBucket });
    expect(error?.message).toBe(
      [
        'bootstrap of account prod: 1 problem; nothing was changed',
        `  state.accessLogBucket must be another bucket than state.bucket, got "${INPUT.stateBucket}" for both; a bucket that logs into itself never stops`,
      ].join('\n'),
    );
    expect(account.calls).toEqual([]);
  });

  test('missing credentials', async () => {
    const account = emptyAccount();
    account.caller = awsError('CredentialsProviderError', 0, 'Could not load credentials from any providers');
    await expectRefusal(account, [
      'credentials must be there, got none (CredentialsProviderError: Could not load credentials from any providers); set AWS_PROFILE, run aws sso login, or export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    ]);
    expect(account.calls).toEqual(['sts:GetCallerIdentity']);
  });

  test.each(['ExpiredTokenException', 'ExpiredToken', 'InvalidClientTokenId'])('credentials with %s', async (name) => {
    const account = emptyAccount();
    account.caller = awsError(name, 403, 'The security token is not valid');
    await expectRefusal(account, [
      `credentials must be valid, got ${name}: The security token is not valid; sign in again, for instance aws sso login`,
    ]);
  });

  test('an answer that does not come', async () => {
    const account = emptyAccount();
    account.caller = awsError('TimeoutError', 0, 'socket hang up');
    await expectRefusal(account, [
      'AWS must say whose credentials these are, got TimeoutError: socket hang up; check the network, then try again',
    ]);
  });

  test('credentials of another account, and reads nothing with them', async () => {
    const account = emptyAccount();
    account.caller = { Account: OTHER, Arn: `arn:aws:iam::${OTHER}:user/anna` };
    await expectRefusal(account, [
      `credentials must belong to account ${ACCOUNT} (prod in accounts.ts), got account ${OTHER} (arn:aws:iam::${OTHER}:user/anna); choose the right profile with AWS_PROFILE`,
    ]);
    expect(account.calls).toEqual(['sts:GetCallerIdentity']);
  });

  test.each([
    ['state.bucket', INPUT.stateBucket],
    ['state.accessLogBucket', INPUT.accessLogBucket],
  ])('a %s that somebody else owns', async (field, name) => {
    const account = emptyAccount();
    account.buckets.add(name, { owner: OTHER });
    await expectRefusal(account, [
      `${field} must be a name that account ${ACCOUNT} owns or nobody has, got "${name}": S3 denies access (403), so it belongs to another account, or your role lacks s3:ListBucket on it; choose another name, or get the right`,
    ]);
  });

  test('a bucket in another region', async () => {
    const account = emptyAccount();
    account.buckets.add(INPUT.stateBucket, { region: 'eu-west-1' });
    await expectRefusal(account, [
      `state.bucket must be a bucket in us-east-1, got "${INPUT.stateBucket}" in eu-west-1; choose another name, a bucket cannot move`,
    ]);
  });

  test('a table that Terraform cannot lock with', async () => {
    const account = emptyAccount();
    account.tables.add(INPUT.lockTable, { keys: [{ AttributeName: 'id', AttributeType: 'N', KeyType: 'HASH' }] });
    await expectRefusal(account, [
      'state.lockTable must be a table with the key LockID S HASH, which Terraform asks for, got "payment-terraform-locks" with id N HASH; choose another name',
    ]);
  });

  test('a table that is going away', async () => {
    const account = emptyAccount();
    account.tables.add(INPUT.lockTable, { status: 'DELETING' });
    await expectRefusal(account, [
      'state.lockTable must be an active table, got "payment-terraform-locks" that is DELETING; wait, then try again',
    ]);
  });

  test('a key that is scheduled for deletion', async () => {
    const account = emptyAccount();
    const { KeyId } = account.keys.add({ KeyState: 'PendingDeletion' });
    account.keys.aliases.set(ALIAS, KeyId);
    await expectRefusal(account, [
      `key ${KeyId} of ${ALIAS} must be enabled, got PendingDeletion; to keep the states it encrypts run aws kms cancel-key-deletion --key-id ${KeyId} and aws kms enable-key --key-id ${KeyId}`,
    ]);
  });

  test('a key that is disabled, and one of the wrong kind', async () => {
    const account = emptyAccount();
    const { KeyId } = account.keys.add({ KeyState: 'Disabled', KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' });
    account.keys.aliases.set(ALIAS, KeyId);
    await expectRefusal(account, [
      `key ${KeyId} of ${ALIAS} must be enabled, got Disabled; find out why it is not, then run aws kms enable-key --key-id ${KeyId}`,
      `key ${KeyId} of ${ALIAS} must be a customer managed key CUSTOMER SYMMETRIC_DEFAULT ENCRYPT_DECRYPT, got CUSTOMER RSA_2048 SIGN_VERIFY; choose another state.keyAlias in accounts.ts`,
    ]);
  });

  test('what it may not read, and says all problems at once', async () => {
    const account = emptyAccount();
    account.denied.add('kms:ListKeys');
    account.denied.add('dynamodb:DescribeTable');
    account.buckets.add(INPUT.stateBucket, { owner: OTHER });
    await expectRefusal(account, [
      'the key must be readable, got AccessDeniedException: not authorized to perform kms:ListKeys; get the missing right, or try again',
      `state.bucket must be a name that account ${ACCOUNT} owns or nobody has, got "${INPUT.stateBucket}": S3 denies access (403), so it belongs to another account, or your role lacks s3:ListBucket on it; choose another name, or get the right`,
      'the lock table must be readable, got AccessDeniedException: not authorized to perform dynamodb:DescribeTable; get the missing right, or try again',
    ]);
  });

  test('to make a second key where it may not see whether there is a first', async () => {
    const account = emptyAccount();
    account.keys.add();
    account.keys.hidden = true;
    await expectRefusal(account, [
      'keys must be readable, got AccessDenied for every one; allow kms:DescribeKey, or a key that an earlier run made would be made again',
    ]);
  });
});

test('a right that is missing for a change stops there, and names it', async () => {
  const account = emptyAccount();
  account.denied.add('dynamodb:CreateTable');
  const { error, lines } = await run(account);
  expect(error).toMatchObject({
    name: 'BootstrapInterrupted',
    message:
      'stopped at "create table payment-terraform-locks": AccessDeniedException: not authorized to perform dynamodb:CreateTable; what is marked done stays, run the same command again to continue',
  });
  expect(lines.filter((line) => line.startsWith('  done'))).toHaveLength(19);
  account.denied.clear();
  expect((await run(account)).result).toMatchObject({ changes: 2 });
});

test('a bucket that somebody takes between look and creation is an error that says so', async () => {
  const account = emptyAccount();
  account.buckets.takenBy = { name: INPUT.stateBucket, owner: OTHER };
  const { error } = await run(account);
  expect(error?.message).toBe(
    `stopped at "create bucket ${INPUT.stateBucket}": BucketAlreadyExists: The requested bucket name is not available; what is marked done stays, run the same command again to continue`,
  );
  expect((await run(account)).error?.message).toContain('belongs to another account');
});
