import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createAuthority } from '../../support/certificates';
import { type LedgerServer, startLedgerServer } from './ledger-users';
import { MASTER, RotationRun } from './rotation-run';

let ledger: LedgerServer;
beforeAll(async () => {
  ledger = await startLedgerServer({ major: 16 });
}, 60_000);
afterAll(() => ledger.stop());

const start = async () => new RotationRun(ledger, await ledger.createUser('payments_writer'));

const messageOf = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise;
    return 'nothing was refused';
  } catch (error) {
    return String(error);
  }
};

/** Puts other fields into the value under a label. */
const change = (run: RotationRun, stage: string, fields: object): void => {
  run.manager.overwrite(run.secretId, stage, JSON.stringify({ ...run.manager.value(run.secretId, stage), ...fields }));
};

const clones = (run: RotationRun) =>
  ledger.ask('SELECT 1 FROM pg_roles WHERE rolname = $1', [`${run.login.username}_clone`]);

describe('nothing is called but Secrets Manager', () => {
  test('for a step that there is not', async () => {
    const run = await start();
    const versionId = run.manager.startRotation(run.secretId);
    expect(await messageOf(run.step('dropSecret', versionId))).toMatch(
      /^RotationRefused: a rotation event must have Step/,
    );
    expect(run.calls).toBe(0);
  });

  test('for the secret of the master user', async () => {
    const run = await start();
    expect(await messageOf(run.step('createSecret', 'v', MASTER))).toBe(
      'RotationRefused: the secret must not be that of the master user, which RDS rotates itself',
    );
    expect(run.calls).toBe(0);
  });

  test('for a secret whose rotation is off', async () => {
    const run = await start();
    const versionId = run.manager.startRotation(run.secretId);
    run.manager.setRotationEnabled(run.secretId, false);
    expect(await messageOf(run.step('createSecret', versionId))).toBe(
      `RotationRefused: secret ${run.secretId} must have rotation switched on, it has not; switch it on`,
    );
    expect(run.calls).toBe(1);
  });

  test.each(['unknown', 'toString', '__proto__'])('for a version that is none: %s', async (versionId) => {
    const run = await start();
    run.manager.startRotation(run.secretId);
    expect(await messageOf(run.step('createSecret', versionId))).toBe(
      `RotationRefused: version ${versionId} of secret ${run.secretId} must be labelled AWSPENDING, it is not; rotations are started by Secrets Manager`,
    );
    expect(run.calls).toBe(1);
  });

  test('for a version that was in use before', async () => {
    const run = await start();
    const first = run.manager.labels(run.secretId)['AWSCURRENT'] ?? '';
    await run.rotate();
    const before = run.calls;
    expect(await messageOf(run.step('finishSecret', first))).toContain('must be labelled AWSPENDING, it is not');
    expect([run.calls - before, run.manager.labels(run.secretId)['AWSPREVIOUS']]).toEqual([1, first]);
  });
});

describe('createSecret refuses', () => {
  test('a user that is none of the payment path', async () => {
    const run = await start();
    change(run, 'AWSCURRENT', { username: 'dms_apply' });
    expect(await messageOf(run.rotate())).toContain('only users of the payment path are rotated');
    expect(run.manager.value(run.secretId, 'AWSPENDING')).toEqual({});
  });

  test('a value that is no JSON, without repeating it', async () => {
    const run = await start();
    run.manager.overwrite(run.secretId, 'AWSCURRENT', 'hunter2');
    expect(await messageOf(run.rotate())).toBe(
      `RotationRefused: the value in use of secret ${run.secretId} must be a JSON object of the agreed form; wrong or missing: the JSON object itself`,
    );
  });
});

describe('setSecret refuses, and changes nothing in the database', () => {
  test.each([
    ['host', 'elsewhere.example.com'],
    ['port', 1],
    ['dbname', 'postgres'],
  ])('a version to come with another %s', async (field, value) => {
    const run = await start();
    const versionId = await run.rotateUpTo('setSecret');
    change(run, 'AWSPENDING', { [field]: value });
    expect(await messageOf(run.step('setSecret', versionId))).toBe(
      `RotationRefused: the version to come of secret ${run.secretId} must be of the same database and of the other user, it differs in ${field}; the secret was changed during the rotation: cancel it and start it again`,
    );
    expect([run.statements, await clones(run)]).toEqual([[], []]);
  });

  test.each(['the present user', 'the master user'])('a version to come of %s', async (who) => {
    const run = await start();
    const versionId = await run.rotateUpTo('setSecret');
    change(run, 'AWSPENDING', { username: who === 'the present user' ? run.login.username : ledger.master.username });
    expect(await messageOf(run.step('setSecret', versionId))).toContain('it differs in username;');
    expect(run.statements).toEqual([]);
  });

  test('a master user that is one of the two', async () => {
    const run = await start();
    const versionId = await run.rotateUpTo('setSecret');
    run.manager.overwrite(MASTER, 'AWSCURRENT', JSON.stringify(run.login));
    expect(await messageOf(run.step('setSecret', versionId))).toBe(
      'RotationRefused: the master user must be none of the two that take turns; RDS rotates it itself',
    );
    expect(run.statements).toEqual([]);
  });

  test('a version without a value', async () => {
    const run = await start();
    const versionId = run.manager.startRotation(run.secretId);
    expect(await messageOf(run.step('setSecret', versionId))).toBe(
      `RotationRefused: version ${versionId} of secret ${run.secretId} must have a value, it has none; start the rotation again`,
    );
  });

  test('a present password that is wrong: to write a secret is not to have the user', async () => {
    const run = await start();
    const versionId = await run.rotateUpTo('setSecret');
    change(run, 'AWSCURRENT', { password: 'wrong' });
    expect(await messageOf(run.step('setSecret', versionId))).toBe(
      `RotationRefused: the database must let ${run.login.username} in with the present password, it does not; write the right one into the secret`,
    );
    expect([run.statements, await clones(run)]).toEqual([[], []]);
  });

  test('a master password that is wrong, as it is for a moment while RDS rotates it', async () => {
    const run = await start();
    const versionId = await run.rotateUpTo('setSecret');
    run.manager.overwrite(MASTER, 'AWSCURRENT', JSON.stringify({ ...ledger.master, password: 'wrong' }));
    expect(await messageOf(run.step('setSecret', versionId))).toContain(
      `the database must let ${ledger.master.username} in with the password of its secret`,
    );
    run.manager.overwrite(MASTER, 'AWSCURRENT', JSON.stringify(ledger.master));
    await run.rotate(versionId);
    expect(run.stored().username).toBe(`${run.login.username}_clone`);
  });

  test.each(['CREATEROLE', 'SUPERUSER'])('a next user that has powers of its own: %s', async (power) => {
    const run = await start();
    await ledger.ask(`CREATE ROLE ${run.login.username}_clone ${power}`);
    expect(await messageOf(run.rotate())).toBe(
      `RotationRefused: the user ${run.login.username}_clone must have no powers of its own (superuser, createrole, createdb, replication, bypassrls), it has; take them away`,
    );
    expect(
      await ledger.ask('SELECT rolpassword FROM pg_authid WHERE rolname = $1', [`${run.login.username}_clone`]),
    ).toEqual([{ rolpassword: null }]);
  });
});

describe('testSecret refuses', () => {
  test('a next user that lacks rights which the present one has by itself, and names them', async () => {
    const run = await start();
    await ledger.asMaster(`GRANT UPDATE, DELETE ON payments.transactions TO ${run.login.username}`);
    expect(await messageOf(run.rotate())).toBe(
      `RotationRefused: the next user must have all rights of ${run.login.username}, it lacks: UPDATE on payments.transactions, DELETE on payments.transactions; grant rights to groups, never to ${run.login.username} itself`,
    );
    expect(run.stored()).toEqual(run.login);
  });

  test('a next user that has left a group since', async () => {
    const run = await start();
    const versionId = await run.rotateUpTo('testSecret');
    await ledger.asMaster(`REVOKE payments_writer FROM ${run.login.username}_clone`);
    expect(await messageOf(run.step('testSecret', versionId))).toMatch(
      /it lacks: payments_writer, SELECT on payments\.transactions, INSERT on .*, EXECUTE on payments\.require_epoch\(bigint\);/,
    );
    // The next try gives it what it lacks, under the password that it has.
    await run.step('setSecret', versionId);
    await expect(run.step('testSecret', versionId)).resolves.toBeUndefined();
  });

  test('a version to come of somebody else', async () => {
    const run = await start();
    const versionId = await run.rotateUpTo('testSecret');
    change(run, 'AWSPENDING', { username: ledger.master.username, password: ledger.master.password });
    expect(await messageOf(run.step('testSecret', versionId))).toContain('it differs in username;');
  });

  test('a next user whose password is another by now', async () => {
    const run = await start();
    const versionId = await run.rotateUpTo('testSecret');
    await ledger.asMaster(`ALTER ROLE ${run.login.username}_clone PASSWORD 'another'`);
    expect(await messageOf(run.step('testSecret', versionId))).toContain(
      `the database must let ${run.login.username}_clone in with the password of its secret`,
    );
  });
});

describe('finishSecret refuses', () => {
  test.each([
    ['a version without a value', undefined],
    ['a version that is still of the present user', {}],
  ])('%s', async (_, value) => {
    const run = await start();
    const versionId = run.manager.startRotation(run.secretId);
    const text = value && JSON.stringify(run.manager.value(run.secretId));
    run.manager.overwrite(run.secretId, 'AWSPENDING', text);
    expect(await messageOf(run.step('finishSecret', versionId))).toMatch(/^RotationRefused: .*(it has none|username;)/);
    expect(run.stored()).toEqual(run.login);
  });
});

describe('where rotation is switched on without rotating at once, testSecret alone is run', () => {
  test.each([
    ['a copy of the present value', true],
    ['a version without a value', false],
  ])('on %s, and tries the present user', async (_, copied) => {
    const run = await start();
    const versionId = run.manager.startRotation(run.secretId);
    if (copied) run.manager.overwrite(run.secretId, 'AWSPENDING', JSON.stringify(run.manager.value(run.secretId)));
    await run.step('testSecret', versionId);
    expect(run.statements.at(-1)).toContain('SELECT 1 FROM payments."transactions"');
    change(run, 'AWSCURRENT', { password: 'wrong' });
    if (copied) change(run, 'AWSPENDING', { password: 'wrong' });
    expect(await messageOf(run.step('testSecret', versionId))).toContain(`must let ${run.login.username} in`);
  });
});

test('a server that the authorities do not vouch for gets no password', async () => {
  const login = await ledger.createUser('payments_writer');
  const run = new RotationRun(ledger, login, createAuthority().certificatePem);
  expect(await messageOf(run.rotate())).toContain('PostgresUnreachable');
  expect(run.statements).toEqual([]);
});

test('a database that cannot be reached is no wrong password', async () => {
  const run = await start();
  const versionId = await run.rotateUpTo('setSecret');
  change(run, 'AWSCURRENT', { port: 1 });
  change(run, 'AWSPENDING', { port: 1 });
  expect(await messageOf(run.step('setSecret', versionId))).toContain('ECONNREFUSED');
});
