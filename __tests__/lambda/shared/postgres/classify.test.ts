import { describe, expect, test } from '@jest/globals';
import { DatabaseError } from 'pg';
import {
  classify,
  isConnectionLost,
  leavesConnectionClean,
  PostgresUnreachable,
} from '../../../../lambda/shared/postgres/classify';

function databaseError(code: string, severity = 'ERROR'): DatabaseError {
  return Object.assign(new DatabaseError('of the server', 0, 'error'), { code, severity });
}

describe('an error of the server', () => {
  test.each([
    ['unavailable', '08006 08P01 53300 53100 57014 57P01 57P03 58030 XX000 XX001 40001 40P01 55P03'],
    ['unavailable', '25006 25P03 25P04 3D000 26000 PW001 PW002'],
    ['authentication', '28P01 28000'],
    ['refused', '22001 22003 22021 22P02 23502 23503 23505 23514'],
    ['unexpected', '42501 42P01 42601 0A000 25001 25P02 40002 55000 P0001 PW003'],
  ] as const)('is %s: %s', (expected, codes) => {
    expect(codes.split(' ').map((code) => [code, classify(databaseError(code))])).toEqual(
      codes.split(' ').map((code) => [code, expected]),
    );
  });

  test.each(['57P01', '08006', '25006', '25P03', '26000'])('means with %s that the connection is lost', (code) => {
    expect(isConnectionLost(databaseError(code))).toBe(true);
    expect(leavesConnectionClean(databaseError(code))).toBe(false);
  });

  test('means that the connection is lost when it is fatal, whatever its code', () => {
    expect(isConnectionLost(databaseError('57014', 'FATAL'))).toBe(true);
    expect(isConnectionLost(databaseError('57014', 'PANIC'))).toBe(true);
    expect(leavesConnectionClean(databaseError('57014', 'FATAL'))).toBe(false);
  });

  test.each(['22001', '23505', '40P01', '40001', '55P03', '57014', 'PW001', 'PW002'])(
    'leaves with %s a connection that can be used again',
    (code) => {
      expect(leavesConnectionClean(databaseError(code))).toBe(true);
      expect(isConnectionLost(databaseError(code))).toBe(false);
    },
  );

  test.each(['42P01', 'XX000', '0A000', '53200'])(
    'leaves with %s a connection that is not trusted any more',
    (code) => {
      expect(leavesConnectionClean(databaseError(code))).toBe(false);
      expect(isConnectionLost(databaseError(code))).toBe(false);
    },
  );
});

describe('an error without the server', () => {
  test.each([
    Object.assign(new Error('read'), { code: 'ECONNRESET' }),
    Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
    Object.assign(new Error('write'), { code: 'EPIPE' }),
    Object.assign(new Error('tls'), { code: 'ERR_SSL_WRONG_VERSION_NUMBER' }),
    new Error('Connection terminated unexpectedly'),
    new Error('Connection terminated'),
    new Error('Query read timeout'),
    new Error('Client has encountered a connection error and is not queryable'),
    new Error('Client was closed and is not queryable'),
  ])('means that the connection is lost: %s', (error) => {
    expect([classify(error), isConnectionLost(error), leavesConnectionClean(error)]).toEqual([
      'unavailable',
      true,
      false,
    ]);
  });

  test('is unavailable when no connection could be made, which was not lost', () => {
    const error = new PostgresUnreachable('no-tls', 'no connection');
    expect([classify(error), isConnectionLost(error)]).toEqual(['unavailable', false]);
  });

  test.each([new TypeError('x is not a function'), new RangeError('int8'), 'text', undefined, { code: 'ECONNRESET' }])(
    'is unexpected when it is a fault: %p',
    (error) => {
      expect([classify(error), isConnectionLost(error), leavesConnectionClean(error)]).toEqual([
        'unexpected',
        false,
        false,
      ]);
    },
  );
});
