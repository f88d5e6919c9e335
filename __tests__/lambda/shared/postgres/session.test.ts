import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Client } from 'pg';
import { ANSWER_MARGIN_MS, type ConnectionSettings } from '../../../../lambda/shared/postgres/settings';
import { connect } from '../../../../lambda/shared/postgres/connect';
import { PostgresSession, type PostgresSessionOptions } from '../../../../lambda/shared/postgres/session';
import { type LocalPostgres, startPostgres } from '../../../support/postgres';
import { type Line, openLine } from './line';

jest.setTimeout(60_000);

const pid = async (client: Client): Promise<number> => {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? 0;
};

describe.each([14, 16] as const)('a session with PostgreSQL %i', (major) => {
  let server: LocalPostgres;
  let line: Line;
  let settings: ConnectionSettings;
  let admin: Client;
  let sessions: PostgresSession[];

  const session = (options: Partial<PostgresSessionOptions> = {}, over: Partial<ConnectionSettings> = {}) => {
    const made = new PostgresSession({ settings: () => Promise.resolve({ ...settings, ...over }), ...options });
    sessions.push(made);
    return made;
  };
  const terminate = async (backend: number) => {
    await admin.query('SELECT pg_terminate_backend($1)', [backend]);
  };

  beforeAll(async () => {
    server = await startPostgres({ major, tls: true });
  });
  beforeEach(async () => {
    line = await openLine(server.port);
    const { user, password, database } = server.superuser;
    const ca = server.caPem ?? '';
    settings = { host: server.host, port: line.port, database, user, password, ca, applicationName: 'a test' };
    admin = await connect({ ...settings, port: server.port });
    sessions = [];
  });
  afterEach(async () => {
    await Promise.all(sessions.map((each) => each.close()));
    await admin.end();
    await line.close();
  });
  afterAll(() => server.stop());

  test('opens nothing before it is used, and then one connection for all uses', async () => {
    const one = session();
    expect(line.connections()).toBe(0);
    expect(await one.run(pid)).toBe(await one.run(pid));
    expect(line.connections()).toBe(1);
  });

  test('opens another connection after it was closed', async () => {
    const one = session();
    await one.run(pid);
    await one.close();
    await one.run(pid);
    expect(line.connections()).toBe(2);
  });

  test('runs one unit at a time, in the order asked, and goes on after one that failed', async () => {
    const one = session();
    const done: string[] = [];
    const unit = (name: string, seconds: number) =>
      one.run(async (client) => {
        await client.query('SELECT pg_sleep($1)', [seconds]);
        done.push(name);
        if (name === 'second') throw new Error('of the unit');
      });
    const outcomes = await Promise.allSettled([unit('first', 0.1), unit('second', 0.05), unit('third', 0)]);
    expect(done).toEqual(['first', 'second', 'third']);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  test('notices a connection that ended while nobody used it', async () => {
    const one = session();
    await terminate(await one.run(pid));
    await sleep(100);
    const unit = jest.fn(pid);
    await one.run(unit);
    expect(unit).toHaveBeenCalledTimes(1);
    expect(line.connections()).toBe(2);
  });

  test('goes on after the server has started again', async () => {
    const one = session();
    await one.run(pid);
    await admin.end();
    await server.restart();
    admin = await connect({ ...settings, port: server.port });
    await expect(one.run(pid)).resolves.toBeGreaterThan(0);
  });

  test('runs a unit once more when a connection of an earlier use breaks under it', async () => {
    const one = session();
    await one.run(pid);
    const backends: number[] = [];
    await one.run(async (client) => {
      const backend = await pid(client);
      backends.push(backend);
      if (backends.length === 1) await Promise.all([client.query('SELECT pg_sleep(10)'), terminate(backend)]);
    });
    expect(new Set(backends).size).toBe(2);
  });

  test('runs a unit once more when the line was cut and nobody had noticed', async () => {
    const one = session();
    await one.run(pid);
    const unit = jest.fn(async (client: Client) => {
      // In the same turn as the query: its request meets a socket that is gone.
      if (unit.mock.calls.length === 1) line.cut();
      return pid(client);
    });
    await expect(one.run(unit)).resolves.toBeGreaterThan(0);
    expect(unit).toHaveBeenCalledTimes(2);
  });

  test('runs a unit once more when the line has fallen silent', async () => {
    const one = session({}, { statementTimeoutMs: 100 });
    await one.run(pid);
    line.silence();
    const started = Date.now();
    await expect(one.run(pid)).resolves.toBeGreaterThan(0);
    expect(Date.now() - started).toBeGreaterThanOrEqual(100 + ANSWER_MARGIN_MS - 10);
    expect(line.connections()).toBe(2);
  });

  test('does not run a unit again that breaks on a new connection', async () => {
    const one = session();
    const unit = jest.fn(async (client: Client) => {
      const backend = await pid(client);
      await Promise.all([client.query('SELECT pg_sleep(10)'), terminate(backend)]);
    });
    await expect(one.run(unit)).rejects.toMatchObject({ code: '57P01' });
    expect(unit).toHaveBeenCalledTimes(1);
    await expect(one.run(pid)).resolves.toBeGreaterThan(0);
  });

  test('does not run a unit a third time', async () => {
    const one = session();
    await one.run(pid);
    const unit = jest.fn(async (client: Client) => {
      const backend = await pid(client);
      await Promise.all([client.query('SELECT pg_sleep(10)'), terminate(backend)]);
    });
    await expect(one.run(unit)).rejects.toMatchObject({ code: '57P01' });
    expect(unit).toHaveBeenCalledTimes(2);
  });

  test('does not run a unit again that fails otherwise', async () => {
    const one = session();
    await one.run(pid);
    const unit = jest.fn((client: Client) => client.query('SELECT 1 / 0'));
    await expect(one.run(unit)).rejects.toMatchObject({ code: '22012' });
    expect(unit).toHaveBeenCalledTimes(1);
  });

  test('replaces a connection that was not used for too long, instead of trying it', async () => {
    let now = 1_000;
    const one = session({ maxIdleMs: 500, now: () => now });
    const first = await one.run(pid);
    now += 500;
    expect(await one.run(pid)).toBe(first);
    now += 501;
    expect(await one.run(pid)).not.toBe(first);
  });

  test('replaces a connection by default after two minutes', async () => {
    let now = 0;
    const one = session({ now: () => now });
    const first = await one.run(pid);
    now += 120_000;
    expect(await one.run(pid)).toBe(first);
    now += 120_001;
    expect(await one.run(pid)).not.toBe(first);
  });

  test('keeps its connection after a statement that took too long', async () => {
    const one = session({}, { statementTimeoutMs: 100 });
    const first = await one.run(pid);
    await expect(one.run((client) => client.query('SELECT pg_sleep(10)'))).rejects.toMatchObject({ code: '57014' });
    expect(await one.run(pid)).toBe(first);
  });

  test('keeps its connection after a lock that was not to be had', async () => {
    await admin.query('CREATE TABLE IF NOT EXISTS public.locked ()');
    await admin.query('BEGIN; LOCK TABLE public.locked');
    const one = session({}, { lockTimeoutMs: 100 });
    const first = await one.run(pid);
    await expect(one.run((client) => client.query('TABLE public.locked'))).rejects.toMatchObject({ code: '55P03' });
    await admin.query('ROLLBACK');
    expect(await one.run(pid)).toBe(first);
  });

  test('replaces its connection after an error that leaves a transaction open', async () => {
    const one = session();
    const first = await one.run(pid);
    const unit = async (client: Client) => {
      await client.query('BEGIN');
      await client.query('SELECT 1 / 0');
    };
    await expect(one.run(unit)).rejects.toMatchObject({ code: '22012' });
    expect(await one.run(pid)).not.toBe(first);
  });

  test('does not take a unit for done that leaves its transaction open', async () => {
    const one = session();
    const first = await one.run(pid);
    await expect(one.run((client) => client.query('BEGIN'))).rejects.toThrow(
      new Error('a unit of work must end the transaction that it begins, got one that is still open'),
    );
    expect(await one.run(pid)).not.toBe(first);
  });

  test('replaces its connection when the server has become read-only, and runs the unit once more', async () => {
    const one = session();
    const first = await one.run(pid);
    await one.run((client) => client.query('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY'));
    await one.run((client) => client.query('CREATE TABLE public.after_failover (); DROP TABLE public.after_failover'));
    expect(await one.run(pid)).not.toBe(first);
  });

  test('reports what fails at the commit of a single statement', async () => {
    await admin.query('DROP TABLE IF EXISTS public.child, public.parent');
    await admin.query('CREATE TABLE public.parent (id int PRIMARY KEY)');
    await admin.query('CREATE TABLE public.child (id int REFERENCES public.parent DEFERRABLE INITIALLY DEFERRED)');
    const one = session();
    const insert = (client: Client) =>
      client.query({ name: 'insert', text: 'INSERT INTO public.child VALUES ($1) RETURNING id', values: [1] });
    await expect(one.run(insert)).rejects.toMatchObject({ code: '23503' });
    await expect(one.run(insert)).rejects.toMatchObject({ code: '23503' });
    await expect(admin.query('TABLE public.child')).resolves.toMatchObject({ rows: [] });
  });

  test('asks for the password once more when it was changed', async () => {
    let password = server.superuser.password;
    const asked: boolean[] = [];
    const one = session({
      settings: ({ fresh }) => {
        asked.push(fresh);
        if (fresh) password = 'the second';
        return Promise.resolve({ ...settings, user: 'rotated', password });
      },
    });
    await admin.query("CREATE ROLE rotated LOGIN PASSWORD 'the second'");
    await expect(one.run(pid)).resolves.toBeGreaterThan(0);
    await expect(one.run(pid)).resolves.toBeGreaterThan(0);
    expect(asked).toEqual([false, true]);
    await one.close();
    await admin.query('DROP ROLE rotated');
  });

  test('does not log in again with a password that was refused', async () => {
    const asked: boolean[] = [];
    const one = session({
      settings: ({ fresh }) => {
        asked.push(fresh);
        return Promise.resolve({ ...settings, password: 'wrong' });
      },
    });
    await expect(one.run(pid)).rejects.toMatchObject({ code: '28P01' });
    expect(asked).toEqual([false, true]);
    expect(line.connections()).toBe(1);
  });
});
