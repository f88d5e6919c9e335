import { describe, expect, test } from '@jest/globals';
import { MalformedSecret, parseAuthorities, parseCredentials } from '../../../../lambda/shared/database/secret-values';

const CREDENTIALS = {
  engine: 'postgres',
  host: 'database.example',
  port: 5432,
  dbname: 'payments',
  username: 'payments_app',
  password: 'hunter2',
};
const { engine: _, ...USED } = CREDENTIALS;
const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

describe('credentials', () => {
  test('are read from the JSON of their secret', () => {
    expect(parseCredentials(JSON.stringify(CREDENTIALS), 'it')).toEqual(USED);
  });

  test.each([
    [1, 1],
    [65_535, 65_535],
    ['5432', 5432],
    ['1', 1],
    ['65535', 65_535],
  ])('may have the port %j', (port, read) => {
    expect(parseCredentials(JSON.stringify({ ...CREDENTIALS, port }), 'it').port).toBe(read);
  });

  test.each([0, 65_536, 1.5, -1, '', '0', '65536', '5432 ', '1e3', null, true])('may not have the port %j', (port) => {
    expect(() => parseCredentials(JSON.stringify({ ...CREDENTIALS, port }), 'it')).toThrow(
      new MalformedSecret('it must be a JSON object of the agreed form, got missing or other fields: port'),
    );
  });

  test.each(['host', 'dbname', 'username', 'password'])('need a %s', (field) => {
    for (const wrong of [undefined, '', 7, null]) {
      expect(() => parseCredentials(JSON.stringify({ ...CREDENTIALS, [field]: wrong }), 'it')).toThrow(
        new MalformedSecret(`it must be a JSON object of the agreed form, got missing or other fields: ${field}`),
      );
    }
  });

  test('name every field that is wrong at once', () => {
    expect(() => parseCredentials('{}', 'it')).toThrow(/: host, port, dbname, username, password$/);
  });

  test.each(['', 'hunter2', '{"password":"hunter2"', '[]', 'null', '"hunter2"'])(
    'are never quoted when %j is no JSON object',
    (text) => {
      expect(() => parseCredentials(text, 'it')).toThrow(
        new MalformedSecret(
          'it must be a JSON object of the agreed form, got missing or other fields: the JSON object itself',
        ),
      );
    },
  );
});

describe('certificate authorities', () => {
  test('are read by side', () => {
    const both = { aurora: PEM, 'on-prem': `${PEM}${PEM}` };
    expect(parseAuthorities(JSON.stringify(both), 'it')).toEqual(both);
    expect(parseAuthorities('{}', 'it')).toEqual({});
  });

  test.each(['', 'MIIB', PEM.slice(0, -10), 7, null])('must be PEM, not %j', (wrong) => {
    expect(() => parseAuthorities(JSON.stringify({ aurora: PEM, 'on-prem': wrong }), 'it')).toThrow(
      new MalformedSecret('it must be a JSON object of the agreed form, got missing or other fields: on-prem'),
    );
  });
});
