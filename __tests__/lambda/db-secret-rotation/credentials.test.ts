import { describe, expect, test } from '@jest/globals';
import {
  alternateUser,
  newPassword,
  parseAuthorities,
  parseCredentials,
  parseMaster,
} from '../../../lambda/db-secret-rotation/credentials';

const VALUE = { engine: 'postgres', host: 'h', port: 5432, dbname: 'd', username: 'payments_app', password: 'p' };

describe('the value of a rotated secret', () => {
  test('is JSON, and keeps what else is in it', () => {
    expect(parseCredentials(JSON.stringify({ ...VALUE, note: 'x' }), 'it')).toEqual({ ...VALUE, note: 'x' });
  });

  test.each([
    [{ ...VALUE, port: '5432' }, 'port'],
    [{ ...VALUE, port: 0 }, 'port'],
    [{ ...VALUE, port: 65_536 }, 'port'],
    [{ ...VALUE, host: '', password: 7 }, 'host, password'],
    [{ ...VALUE, engine: 'mysql' }, 'engine'],
    [{ username: 'payments_app' }, 'engine, host, port, dbname, password'],
    [[], 'the JSON object itself'],
  ])('must have every field: %j', (value, fields) => {
    expect(() => parseCredentials(JSON.stringify(value), 'the value in use of secret s')).toThrow(
      `the value in use of secret s must be a JSON object of the agreed form; wrong or missing: ${fields}`,
    );
  });

  test.each(['hunter2', '{"password": "hunter2', JSON.stringify({ ...VALUE, port: 'hunter2' })])(
    'is in no message: %s',
    (text) => {
      let message = '';
      try {
        parseCredentials(text, 'it');
      } catch (error) {
        message = String(error);
      }
      expect(message).toContain('it must be a JSON object of the agreed form');
      expect(message).not.toContain('hunter2');
    },
  );
});

test('the master secret has a user and a password', () => {
  expect(parseMaster('{"username":"ledger_admin","password":"p"}')).toEqual({
    username: 'ledger_admin',
    password: 'p',
  });
  expect(() => parseMaster('{"username":"ledger_admin"}')).toThrow(
    'the master secret must be a JSON object of the agreed form; wrong or missing: password',
  );
});

test('the authorities are those of Aurora', () => {
  expect(parseAuthorities('{"aurora":"A","on-prem":"B"}')).toBe('A');
  expect(() => parseAuthorities('{"on-prem":"B"}')).toThrow(
    'the secret of the certificate authorities must be a JSON object of the agreed form; wrong or missing: aurora',
  );
});

describe('the other user of a pair', () => {
  test.each([
    ['payments_app', 'payments_app_clone'],
    ['payments_app_clone', 'payments_app'],
    ['payments_read', 'payments_read_clone'],
    [`payments_${'a'.repeat(40)}`, `payments_${'a'.repeat(40)}_clone`],
  ])('of %s is %s', (user, other) => {
    expect(alternateUser(user)).toBe(other);
  });

  test.each([
    'postgres',
    'dms_apply',
    'payments_',
    'payments_app_clone_clone',
    'payments_App',
    'payments_app"; DROP ROLE postgres; --',
    'payments_app\n',
    `payments_${'a'.repeat(41)}`,
    'xpayments_app',
  ])('is refused for %j', (user) => {
    expect(() => alternateUser(user)).toThrow(
      'the user of the secret must be payments_<letters> or payments_<letters>_clone, got another one; only users of the payment path are rotated',
    );
  });
});

test('a new password has 40 letters and digits, all of them in use, and never comes twice', () => {
  const passwords = Array.from({ length: 200 }, newPassword);
  expect(passwords.filter((password) => !/^[A-Za-z0-9]{40}$/.test(password))).toEqual([]);
  expect(new Set(passwords).size).toBe(200);
  expect(new Set(passwords.join('')).size).toBe(62);
});
