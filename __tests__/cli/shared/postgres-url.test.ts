import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import { InvalidPostgresUrl, parsePostgresUrl } from '../../../cli/shared/postgres-url';

const folder = mkdtempSync(join(tmpdir(), 'postgres-url-'));
afterAll(() => rm(folder, { recursive: true }));

const ENCODE = 'percent-encode / : @ ? # and % in a user name or password (/ is %2F, @ is %40)';

const problemsOf = (url: string, environment: Record<string, string> = {}): readonly string[] => {
  try {
    parsePostgresUrl(url, environment);
    return [];
  } catch (error) {
    if (error instanceof InvalidPostgresUrl) return error.problems;
    throw error;
  }
};

describe('a URL of PostgreSQL', () => {
  test.each(['postgres', 'postgresql'])('%s:// says host, port, user, password and database', (scheme) => {
    const address = parsePostgresUrl(`${scheme}://reader:secret@db.example:6432/payments`, {});
    expect(address).toMatchObject({ host: 'db.example', port: 6432, user: 'reader', database: 'payments' });
    expect(address.password?.()).toBe('secret');
  });

  test('has defaults: port 5432, TLS where the server has it, the database of the name of the user', () => {
    const address = parsePostgresUrl('postgres://reader@db', {});
    expect(address).toEqual({
      host: 'db',
      port: 5432,
      user: 'reader',
      database: 'reader',
      sslMode: 'prefer',
      tls: { rejectUnauthorized: false, checkServerIdentity: expect.any(Function) },
    });
    expect(parsePostgresUrl('postgres://db', {}).user).toBe(userInfo().username);
  });

  test('is percent-decoded, and what libpq takes as it is stays so: + and #', () => {
    const address = parsePostgresUrl(
      'postgres://us%40er:p%2Fa%3Fs+s#%25@h%6Fst/data%20base?application_name=a%26b',
      {},
    );
    expect(address).toMatchObject({ host: 'host', user: 'us@er', database: 'data base', applicationName: 'a&b' });
    expect(address.password?.()).toBe('p/a?s+s#%');
  });

  test.each([
    ['postgres://[::1]/x', '::1', 5432],
    ['postgres://u@[fe80::1]:6000/x', 'fe80::1', 6000],
    ['postgres:///x?host=/var/run/postgresql', '/var/run/postgresql', 5432],
    ['postgres://%2Ftmp/x', '/tmp', 5432],
    ['postgres:///x?host=db&port=7000', 'db', 7000],
  ])('%s names the host %s', (url, host, port) => {
    expect(parsePostgresUrl(url, {})).toMatchObject({ host, port, database: 'x' });
  });

  test('is completed by the variables of libpq, and goes before them', () => {
    const environment = {
      PGHOST: 'other',
      PGPORT: '7',
      PGUSER: 'me',
      PGPASSWORD: 'pw',
      PGDATABASE: 'd',
      PGSSLMODE: 'require',
    };
    const address = parsePostgresUrl('postgres://', environment);
    expect(address).toMatchObject({ host: 'other', port: 7, user: 'me', database: 'd', sslMode: 'require' });
    expect(address.password?.()).toBe('pw');
    expect(parsePostgresUrl('postgres://u:x@h:8/y?sslmode=disable', environment)).toMatchObject({
      host: 'h',
      port: 8,
      user: 'u',
      database: 'y',
      sslMode: 'disable',
    });
  });

  test('does not show its password when it is printed', () => {
    const address = parsePostgresUrl('postgres://u:geheim@h/d', {});
    expect(`${inspect(address)}${JSON.stringify(address)}`).not.toContain('geheim');
  });

  test('carries what it says of the session', () => {
    const url =
      'postgres://h/d?application_name=audit&connect_timeout=3&options=-c%20work_mem%3D8MB&target_session_attrs=any';
    expect(parsePostgresUrl(url, {})).toMatchObject({
      applicationName: 'audit',
      connectTimeoutMs: 3000,
      options: '-c work_mem=8MB',
    });
    expect(parsePostgresUrl('postgres://h/d?fallback_application_name=b', {}).applicationName).toBe('b');
  });

  test.each([
    ['mysql://h/d', 'the URL must begin with postgres:// or postgresql://, as postgres://user@host:5432/database'],
    ['postgres:///d', 'the URL must name a host, got none, and PGHOST is not set'],
    ['postgres://a,b/d', 'the host must be one, got several; name the server that is meant'],
    ['postgres://h:0/d', `the port must be a whole number from 1 to 65535; ${ENCODE}`],
    ['postgres://h:65536/d', `the port must be a whole number from 1 to 65535; ${ENCODE}`],
    ['postgres://h:1.5/d', `the port must be a whole number from 1 to 65535; ${ENCODE}`],
    ['postgres://h/d?connect_timeout=0', 'connect_timeout must be a whole number of seconds from 1 to 600, got 0'],
    ['postgres://h/d?connect_timeout=601', 'connect_timeout must be a whole number of seconds from 1 to 600, got 601'],
    ['postgres://h/d?sslmode', 'each parameter must be name=value, got sslmode'],
    ['postgres://h/d?sslmode=disable&sslmode=require', 'each parameter must be given once, got sslmode twice'],
    ['postgres://u%zz@h/d', `user must be percent-encoded UTF-8 without %00; ${ENCODE}`],
    ['postgres://u:%00@h/d', `password must be percent-encoded UTF-8 without %00; ${ENCODE}`],
    [
      'postgres://h/d?target_session_attrs=read-write',
      'target_session_attrs must be any, got read-write; name the server that is meant',
    ],
    [
      'postgres://h/d?sslnegotiation=direct',
      'sslnegotiation must be postgres, got direct; the server is asked first whether it speaks TLS',
    ],
    [
      'postgres://h/d?gssencmode=require',
      'gssencmode must be disable or prefer, got require; GSSAPI is not supported: use TLS',
    ],
    [
      'postgres://h/d?channel_binding=require',
      'channel_binding must be disable or prefer, got require; use sslmode=verify-full to be sure of the server',
    ],
    [
      'postgres://h/d?service=x',
      'service must be absent, got x; service files are not read: write out host, port, dbname and user',
    ],
    [
      'postgres://h/d?sslmode=on',
      'sslmode must be one of disable, allow, prefer, require, verify-ca, verify-full, got on',
    ],
    [
      'postgres://h/d?sslmode=verify-full',
      "sslrootcert must name a file with the server's authority (or system) with sslmode=verify-full, got none",
    ],
    [
      'postgres://h/d?sslrootcert=system&sslmode=require',
      'sslmode must be verify-full with sslrootcert=system, got require; anybody can get a certificate',
    ],
    [
      'postgres://h/d?sslrootcert=/nowhere/ca.pem',
      'sslrootcert must name a file that can be read, got ENOENT for /nowhere/ca.pem',
    ],
    ['postgres://h/d?sslkey=/nowhere/key.pem', 'sslcert must name a file when sslkey does, got none'],
  ])('%s is refused', (url, problem) => {
    expect(problemsOf(url)).toEqual([problem]);
  });

  test.each(['keepalives', 'constructor', 'hostaddr'])('a parameter that is not supported is named: %s', (name) => {
    expect(problemsOf(`postgres://h/d?${name}=1`)).toEqual([
      expect.stringMatching(new RegExp(`^parameters must be among host, port, .*, service, got ${name}$`)),
    ]);
  });

  test('with several problems is refused with all of them', () => {
    expect(problemsOf('postgres://h:x/d?sslmode=no&connect_timeout=a&foo=1')).toHaveLength(4);
  });

  test.each([
    'postgres://user:sec/ret@host/d',
    'postgres://user:sec/ret@host/d?x=1',
    'postgres://user:12/sec?ret@host/d',
    'postgres://user:p@sec?ret@host=1',
    'postgres://user:p@sec:ret@host/d',
    'postgres://user:sec%zzret@host/d',
    'user:sec-ret@host/d',
  ])('never shows a part of a password that was not encoded: %s', (url) => {
    expect(problemsOf(url).length).toBeGreaterThan(0);
    expect(problemsOf(url).join(' ')).not.toMatch(/sec|ret/);
  });
});

describe('the TLS mode of a URL', () => {
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, 'a root');

  test.each([
    ['allow', false],
    ['prefer', false],
    ['require', false],
  ])('%s verifies nothing without a root certificate, and the chain with one', (mode, rejectUnauthorized) => {
    expect(parsePostgresUrl(`postgres://h/d?sslmode=${mode}`, {}).tls).toMatchObject({ rejectUnauthorized });
    expect(parsePostgresUrl(`postgres://h/d?sslmode=${mode}&sslrootcert=${ca}`, {}).tls).toMatchObject({
      ca: 'a root',
      rejectUnauthorized: true,
      checkServerIdentity: expect.any(Function),
    });
  });

  test('verify-full alone leaves the check of the name to Node.js', () => {
    expect(parsePostgresUrl(`postgres://h/d?sslmode=verify-full&sslrootcert=${ca}`, {}).tls).toEqual({
      ca: 'a root',
      rejectUnauthorized: true,
    });
    expect(parsePostgresUrl(`postgres://h/d?sslmode=verify-ca&sslrootcert=${ca}`, {}).tls).toHaveProperty(
      'checkServerIdentity',
    );
  });

  test('is verify-full with the authorities of the system', () => {
    expect(parsePostgresUrl('postgres://h/d?sslrootcert=system', {})).toMatchObject({
      sslMode: 'verify-full',
      tls: { rejectUnauthorized: true },
    });
  });

  test('disable, and a local socket, are plain text', () => {
    expect(parsePostgresUrl('postgres://h/d?sslmode=disable', {}).tls).toBe(false);
    expect(parsePostgresUrl('postgres:///d?host=/tmp&sslmode=require', {}).tls).toBe(false);
  });

  test('ssl=true is require, as with libpq', () => {
    expect(parsePostgresUrl('postgres://h/d?ssl=true', {}).sslMode).toBe('require');
  });

  test('takes the certificates in the home folder, as libpq does', () => {
    mkdirSync(join(folder, '.postgresql'));
    for (const name of ['root.crt', 'postgresql.crt', 'postgresql.key']) {
      writeFileSync(join(folder, '.postgresql', name), name);
    }
    expect(parsePostgresUrl('postgres://h/d?sslmode=verify-full&sslpassword=x', { HOME: folder }).tls).toEqual({
      ca: 'root.crt',
      cert: 'postgresql.crt',
      key: 'postgresql.key',
      passphrase: 'x',
      rejectUnauthorized: true,
    });
  });
});
