import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import type { Login } from '../../../lambda/db-secret-rotation/credentials';
import { STEPS } from '../../../lambda/db-secret-rotation/event';
import { type LedgerServer, startLedgerServer } from './ledger-users';
import { RotationRun } from './rotation-run';

describe.each([14, 16] as const)('on PostgreSQL %d', (major) => {
  let ledger: LedgerServer;
  beforeAll(async () => {
    ledger = await startLedgerServer({ major });
  }, 60_000);
  afterAll(() => ledger.stop());

  const start = async (group: 'payments_writer' | 'payments_reader' = 'payments_writer') =>
    new RotationRun(ledger, await ledger.createUser(group));

  const connect = async (login: Login): Promise<Client> => {
    const client = new Client(ledger.settings(login));
    await client.connect();
    return client;
  };

  /** The SQLSTATE with which a user is turned away; undefined when it gets in. */
  const refusal = async (login: Login): Promise<string | undefined> => {
    try {
      await (await connect(login)).end();
      return undefined;
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };

  test('the secret holds the other user with a new password, which may do the same', async () => {
    const run = await start();
    await run.rotate();
    const next = run.stored();
    expect(next.username).toBe(`${run.login.username}_clone`);
    expect(next.password).not.toBe(run.login.password);
    expect(run.stored('AWSPREVIOUS')).toEqual(run.login);
    const client = await connect(next);
    const id = `made by ${next.username}`;
    await client.query('INSERT INTO payments.transactions VALUES ($1)', [id]);
    const { rows } = await client.query('SELECT transaction_id FROM payments.transactions WHERE transaction_id = $1', [
      id,
    ]);
    expect(rows).toHaveLength(1);
    await client.end();
  });

  test('a connection of the old user stays, and its password lets in until the rotation after', async () => {
    const run = await start();
    const old = await connect(run.login);
    const { rows: before } = await old.query('SELECT pg_backend_pid() AS pid');
    await run.rotate();
    const clone = run.stored();
    expect((await old.query('SELECT pg_backend_pid() AS pid')).rows).toEqual(before);
    await old.query('INSERT INTO payments.transactions VALUES ($1)', [`late ${run.login.username}`]);
    expect(await refusal(run.login)).toBeUndefined();

    await run.rotate();
    expect(run.stored().username).toBe(run.login.username);
    expect((await old.query('SELECT pg_backend_pid() AS pid')).rows).toEqual(before);
    expect([await refusal(run.login), await refusal(clone), await refusal(run.stored())]).toEqual([
      '28P01',
      undefined,
      undefined,
    ]);
    await old.end();
  });

  test('clients that read the secret anew are let in at every moment of three rotations', async () => {
    const run = await start();
    const refused: (string | undefined)[] = [];
    let done = false;
    const clients = (async () => {
      while (!done) refused.push(await refusal(run.stored()));
    })();
    for (let rotation = 0; rotation < 3; rotation++) await run.rotate();
    done = true;
    await clients;
    expect(refused.length).toBeGreaterThan(3);
    expect(refused.filter((code) => code !== undefined)).toEqual([]);
  });

  test('every step done twice is as done once', async () => {
    const run = await start();
    const versionId = run.manager.startRotation(run.secretId);
    for (const step of STEPS) {
      await run.step(step, versionId);
      const before = run.manager.value(run.secretId, 'AWSPENDING');
      await run.step(step, versionId);
      expect(run.manager.value(run.secretId, 'AWSPENDING')).toEqual(before);
    }
    expect(run.stored().username).toBe(`${run.login.username}_clone`);
    expect(await refusal(run.stored())).toBeUndefined();
    // Also all of them once more, after the end.
    const labels = run.manager.labels(run.secretId);
    for (const step of STEPS) await run.step(step, versionId);
    expect(run.manager.labels(run.secretId)).toEqual(labels);
  });

  test('a rotation whose process dies after any call is finished by the next try, and nobody is locked out meanwhile', async () => {
    const complete = await start();
    await complete.rotate();
    expect(complete.calls).toBeGreaterThan(30);
    for (let call = 1; call <= complete.calls; call++) {
      const run = await start();
      const versionId = run.manager.startRotation(run.secretId);
      run.diesAfter = call;
      await expect(run.rotate(versionId)).rejects.toThrow('the process');
      expect([call, await refusal(run.stored())]).toEqual([call, undefined]);
      run.diesAfter = Infinity;
      await run.rotate(versionId);
      expect(run.manager.labels(run.secretId)['AWSCURRENT']).toBe(versionId);
      expect([call, await refusal(run.stored()), await refusal(run.login)]).toEqual([call, undefined, undefined]);
      const client = await connect(run.stored());
      await client.query('SELECT payments.require_epoch(1)');
      await client.end();
    }
  }, 120_000);

  test('two processes at the same step do no harm to each other', async () => {
    const run = await start();
    const versionId = await run.rotateUpTo('setSecret');
    await Promise.all(Array.from({ length: 4 }, () => run.step('setSecret', versionId)));
    await run.step('testSecret', versionId);
    await run.step('finishSecret', versionId);
    expect(await refusal(run.stored())).toBeUndefined();
  });

  test('the secret of the reader is rotated by the same function, and stays a reader', async () => {
    const run = await start('payments_reader');
    await run.rotate();
    const client = await connect(run.stored());
    await client.query('SELECT * FROM payments.transactions');
    await expect(client.query("INSERT INTO payments.transactions VALUES ('x')")).rejects.toMatchObject({
      code: '42501',
    });
    await client.end();
  });

  test('no password is in a statement, in the log, or on the server', async () => {
    const run = await start();
    await run.rotate();
    await run.rotate();
    const passwords = [
      run.login.password,
      run.stored().password,
      run.stored('AWSPREVIOUS').password,
      ledger.master.password,
    ];
    const written = [...run.statements, ...run.lines].join('\n');
    expect(written).toContain('ALTER ROLE');
    expect(passwords.filter((password) => written.includes(password))).toEqual([]);
    const verifiers = await ledger.ask('SELECT rolpassword AS verifier FROM pg_authid WHERE rolname LIKE $1', [
      `${run.login.username}%`,
    ]);
    expect(verifiers.map(({ verifier }) => /^SCRAM-SHA-256\$4096:/.test(String(verifier)))).toEqual([true, true]);
  });

  test('the log says which step of which version of which secret is done', async () => {
    const run = await start();
    const versionId = await run.rotate();
    await run.step('finishSecret', versionId);
    const line = (message: string, step: string) =>
      JSON.stringify({ message, step, secret_id: run.secretId, version_id: versionId });
    expect(run.lines).toEqual([
      ...STEPS.map((step) => line('rotation step done', step)),
      line('the rotation is finished already', 'finishSecret'),
    ]);
  });

  describe('the next user is like the present one', () => {
    const SETTINGS = `SELECT d.datname, unnest(s.setconfig) AS setting FROM pg_db_role_setting s
      LEFT JOIN pg_database d ON d.oid = s.setdatabase WHERE s.setrole = $1::regrole ORDER BY 1, 2`;
    const settingsOf = (user: string) => ledger.ask(SETTINGS, [user]);

    test('in its settings, also lists and those of one database, and also when they change later', async () => {
      const run = await start();
      const { username } = run.login;
      await ledger.asMaster(`
        ALTER ROLE ${username} SET search_path TO payments, "odd, name", public;
        ALTER ROLE ${username} SET statement_timeout = '7s';
        ALTER ROLE ${username} SET default_transaction_read_only = on;
        ALTER ROLE ${username} SET application_name = 'a''b=c';
        ALTER ROLE ${username} IN DATABASE ${ledger.dbname} SET lock_timeout = '1s'`);
      await run.rotate();
      expect(await settingsOf(`${username}_clone`)).toEqual(await settingsOf(username));
      expect(await settingsOf(username)).toHaveLength(5);

      await run.rotate();
      await ledger.asMaster(`
        ALTER ROLE ${username} RESET default_transaction_read_only;
        ALTER ROLE ${username} IN DATABASE ${ledger.dbname} RESET lock_timeout;
        ALTER ROLE ${username} SET statement_timeout = '8s'`);
      await run.rotate();
      expect(await settingsOf(`${username}_clone`)).toEqual(await settingsOf(username));
      expect(await settingsOf(username)).toHaveLength(3);
    });

    test('in its groups, whatever they are called, and also in those that come later', async () => {
      const run = await start();
      const { username } = run.login;
      await run.rotate();
      await run.rotate();
      const group = `odd "group" of ${username}`;
      await ledger.asMaster(`CREATE ROLE "${group.replaceAll('"', '""')}"`);
      await ledger.asMaster(`GRANT "${group.replaceAll('"', '""')}" TO ${username}`);
      await run.rotate();
      const rows = await ledger.ask(
        `SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
          WHERE m.member = $1::regrole ORDER BY 1`,
        [`${username}_clone`],
      );
      expect(rows.map(({ rolname }) => rolname)).toEqual([group, 'payments_writer']);
    });

    test('in how many connections it may have, and in what it inherits', async () => {
      const run = await start();
      const { username } = run.login;
      await ledger.asMaster(`ALTER ROLE ${username} CONNECTION LIMIT 7`);
      await run.rotate();
      const attributes = 'SELECT rolconnlimit, rolinherit, rolcanlogin FROM pg_roles WHERE rolname = $1';
      expect(await ledger.ask(attributes, [`${username}_clone`])).toEqual([
        { rolconnlimit: 7, rolinherit: true, rolcanlogin: true },
      ]);
    });

    test('and can log in although it could not, or not any longer', async () => {
      const run = await start();
      await ledger.asMaster(`CREATE ROLE ${run.login.username}_clone NOLOGIN VALID UNTIL '2001-01-01'`);
      await run.rotate();
      expect(await refusal(run.stored())).toBeUndefined();
    });
  });
});
