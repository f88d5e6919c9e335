import { describe, expect, test } from '@jest/globals';
import type { FakeStateBackend } from '../../support/fake-state-backend';
import { ALIAS, DESCRIPTION, emptyAccount, run } from './support';

const UNKNOWN_ID = '9c1d2e3f-4a5b-4c6d-8e7f-0a1b2c3d4e5f';

const notes = (lines: readonly string[]): string[] =>
  lines.filter((line) => line.startsWith('  note')).map((line) => line.replace(/^ {2}note +/, ''));

/** An account in which runs died between CreateKey and CreateAlias, and other keys are about. */
function accountWithLeftovers(count: number): { account: FakeStateBackend; ids: string[] } {
  const account = emptyAccount();
  account.keys.add({ Description: 'something else' });
  account.keys.add({ Description: DESCRIPTION.replace('prod', 'nonprod') });
  account.keys.add({ Description: DESCRIPTION, KeyState: 'PendingDeletion' });
  const ids = Array.from({ length: count }, () => account.keys.add({ Description: DESCRIPTION }).KeyId);
  return { account, ids };
}

describe('the key of the states', () => {
  test('is made to encrypt and decrypt, for ever', async () => {
    const account = emptyAccount();
    await run(account);
    expect([...account.keys.keys.values()].map(({ KeyUsage }) => KeyUsage)).toEqual(['ENCRYPT_DECRYPT']);
  });

  test('is the one that a run left without alias, however many other keys there are', async () => {
    const { account, ids } = accountWithLeftovers(1);
    const { lines, result } = await run(account);
    expect(account.mutations).not.toContain('kms:CreateKey');
    expect(result?.key?.id).toBe(ids[0]);
    expect(lines).toContain(`  update     key ${ALIAS} alias: none -> ${ids[0]}`);
    expect(account.keys.aliases.get(ALIAS)).toBe(ids[0]);
    expect(notes(lines)).toEqual([]);
  });

  test('is the oldest of several, and the others are named in every run', async () => {
    const { account, ids } = accountWithLeftovers(3);
    const [oldest, ...others] = ids;
    for (const { lines, result } of [await run(account), await run(account)]) {
      expect(result?.key?.id).toBe(oldest);
      expect(notes(lines)).toEqual(
        others.map(
          (id) => `key ${id} was made for ${ALIAS} too and is not used: aws kms schedule-key-deletion --key-id ${id}`,
        ),
      );
    }
    expect(account.mutations).toEqual([]);
  });

  test('is the one behind the alias, whatever it is described as', async () => {
    const account = emptyAccount();
    account.keys.add({ Description: DESCRIPTION });
    const { KeyId } = account.keys.add({ Description: 'made by hand' });
    account.keys.aliases.set(ALIAS, KeyId);
    expect((await run(account)).result?.key?.id).toBe(KeyId);
  });

  test('is the one that accounts.ts names, also when its alias is gone', async () => {
    const account = emptyAccount();
    const { KeyId } = account.keys.add();
    const { result } = await run(account, { kmsKeyId: KeyId });
    expect(result?.key?.id).toBe(KeyId);
    expect(account.keys.aliases.get(ALIAS)).toBe(KeyId);
    expect(account.keys.keys.size).toBe(1);
  });

  test('is made when accounts.ts names one that does not exist, and the run says so', async () => {
    const account = emptyAccount();
    const { lines, result } = await run(account, { kmsKeyId: UNKNOWN_ID });
    expect(result?.key?.id).not.toBe(UNKNOWN_ID);
    expect(notes(lines)).toEqual([
      `key ${UNKNOWN_ID}, which accounts.ts names, does not exist here; write the id below in its place`,
    ]);
  });

  test('must be one: an alias on another key than accounts.ts names is refused', async () => {
    const account = emptyAccount();
    const configured = account.keys.add();
    const aliased = account.keys.add();
    account.keys.aliases.set(ALIAS, aliased.KeyId);
    const { error } = await run(account, { kmsKeyId: configured.KeyId });
    expect(error?.message).toBe(
      [
        'bootstrap of account prod: 1 problem; nothing was changed',
        `  ${ALIAS} must be the alias of key ${configured.KeyId}, which accounts.ts names, got key ${aliased.KeyId}; write the one that encrypts the states into accounts.ts`,
      ].join('\n'),
    );
    expect(account.mutations).toEqual([]);
  });

  test('survives two runs at the same time: one alias, and the spare key is named later', async () => {
    const account = emptyAccount();
    // The other run makes key and alias after this one has looked for them.
    account.keys.beforeCreateAlias = () => {
      account.keys.aliases.set(ALIAS, account.keys.add({ Description: DESCRIPTION }).KeyId);
    };
    const { error } = await run(account);
    expect(error?.message).toBe(
      `stopped at "create key ${ALIAS} alias": AlreadyExistsException: An alias with the name ${ALIAS} exists; what is marked done stays, run the same command again to continue`,
    );
    const { result, lines } = await run(account);
    expect(result?.key?.id).toBe('00000000-0000-4000-8000-000000000002');
    expect(notes(lines)).toEqual([
      `key 00000000-0000-4000-8000-000000000001 was made for ${ALIAS} too and is not used: aws kms schedule-key-deletion --key-id 00000000-0000-4000-8000-000000000001`,
    ]);
  });

  test('is looked for beside keys that may not be read', async () => {
    const { account, ids } = accountWithLeftovers(1);
    account.keys.add({ KeyId: 'ffffffff-0000-4000-8000-000000000000', closed: true });
    expect((await run(account)).result?.key?.id).toBe(ids[0]);
  });
});
