import { describe, expect, test } from '@jest/globals';
import { RANDOM_PROVIDER } from '../../../verification/offline-providers/random-provider';
import { UNKNOWN, type Values } from '../../../verification/offline-providers/values';

const { lifecycle } = RANDOM_PROVIDER;

const open = (config: Values): Values => lifecycle?.open('random_password', config) ?? {};

const result = (config: Values): string => String(open(config).result);

describe('a random password', () => {
  test('has the length asked for and, by default, characters of all classes', () => {
    const long = result({ length: 400, special: null, lower: UNKNOWN });
    expect(long).toHaveLength(400);
    expect([/[a-z]/, /[A-Z]/, /[0-9]/, /[!@#$%&*()\-_=+[\]{}<>:?]/].map((kind) => kind.test(long))).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  test('leaves out the classes that are switched off', () => {
    expect(result({ length: 200, special: false, upper: false, lower: false })).toMatch(/^[0-9]{200}$/);
  });

  test('holds at least the minimum of each class', () => {
    const config = { length: 10, min_special: 4, min_upper: 3, min_numeric: 3, override_special: '_' };
    expect([...result(config)].sort().join('')).toMatch(/^[0-9]{3}[A-Z]{3}_{4}$/);
  });

  test('draws special characters from those given instead of its own', () => {
    const config = { length: 50, special: true, upper: false, lower: false, numeric: false, override_special: '~' };
    expect(result(config)).toBe('~'.repeat(50));
  });

  test('differs from one run to the next', () => {
    expect(result({ length: 40 })).not.toBe(result({ length: 40 }));
  });

  test('reports the defaults that it went by', () => {
    expect(open({ length: 8, special: false })).toMatchObject({
      length: 8,
      special: false,
      lower: true,
      upper: true,
      numeric: true,
      min_lower: 0,
      min_special: 0,
    });
  });

  test('is kept as a resource under the id "none", with the old name of numeric', () => {
    const planned = { length: 8, id: UNKNOWN, result: UNKNOWN, number: UNKNOWN, numeric: false };
    expect(lifecycle?.create('random_password', planned)).toMatchObject({ id: 'none', number: false });
  });
});

test('a random id is the same bytes in each notation, with the prefix but in the id', () => {
  const values = lifecycle?.create('random_id', { byte_length: 8, prefix: 'p-' }) ?? {};
  const bytes = Buffer.from(String(values.id), 'base64url');
  expect(bytes).toHaveLength(8);
  expect(values).toMatchObject({
    b64_url: `p-${bytes.toString('base64url')}`,
    b64_std: `p-${bytes.toString('base64')}`,
    hex: `p-${bytes.toString('hex')}`,
    dec: `p-${bytes.readBigUInt64BE()}`,
  });
});
