import { describe, expect, test } from '@jest/globals';
import { bundleSql, undoSql } from '../../../cli/onprem-sql/bundle';
import { runCommand } from '../../../cli/onprem-sql/command';
import { MIGRATIONS } from '../../../lambda/ledger-migration/migrations';

function run(...args: string[]) {
  const said: string[] = [];
  const complaints: string[] = [];
  const exitCode = runCommand(args, { say: (line) => said.push(line), complain: (line) => complaints.push(line) });
  return { exitCode, said: said.join('\n'), complaints: complaints.join('\n') };
}

describe('onprem:sql', () => {
  test.each<[string[], string]>([
    [[], bundleSql({ schemas: [] })],
    [
      ['--schemas', 'shop, "billing"', '--prefix', 'payments'],
      bundleSql({ schemas: ['shop', '"billing"'], prefix: 'payments' }),
    ],
    [['--undo'], undoSql()],
  ])('%j prints SQL and nothing else', (args, sql) => {
    expect(run(...args)).toEqual({ exitCode: 0, said: sql, complaints: '' });
  });

  test('the SQL is one transaction in plain SQL, without a password and without a command of psql', () => {
    for (const sql of [bundleSql({ schemas: [], prefix: 'payments' }), undoSql()]) {
      expect(sql.match(/^(BEGIN|COMMIT)\b.*;$/gm)).toEqual([
        'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;',
        'COMMIT;',
      ]);
      expect(sql).not.toMatch(/^\s*\\|\bPASSWORD\b/m);
    }
  });

  test('the ledger comes from the very files that Aurora gets', () => {
    const sql = bundleSql({ schemas: [] });
    for (const migration of MIGRATIONS) expect(sql).toContain(migration.sql.trim());
  });

  test('payments is always among the schemas, once', () => {
    expect(bundleSql({ schemas: ['shop', 'payments'] })).toContain(`payment_migration.schemas = '["payments","shop"]'`);
  });

  test('a schema is a literal, whatever its name is', () => {
    expect(bundleSql({ schemas: [`it's \\`] })).toContain(
      String.raw`payment_migration.schemas =  E'["payments","it''s \\\\"]'`,
    );
  });

  test.each<[string[], string]>([
    [
      ['--undo', '--schemas', 'shop'],
      '--undo must come alone, got --schemas or --prefix; it finds what was made by itself',
    ],
    [
      ['--undo', '--prefix', 'p'],
      '--undo must come alone, got --schemas or --prefix; it finds what was made by itself',
    ],
    [['--prefix', ''], '--prefix must be 1 to 55 lower-case letters, digits and _, got '],
    [['--prefix', 'Payments'], '--prefix must be 1 to 55 lower-case letters, digits and _, got Payments'],
    [['--prefix', 'p'.repeat(56)], `--prefix must be 1 to 55 lower-case letters, digits and _, got ${'p'.repeat(56)}`],
    [
      ['--schemas', `shop,,pg_catalog,awsdms_control,${'s'.repeat(64)}`],
      `--schemas must be names of schemas of the application, 1 to 63 bytes each, got "", "pg_catalog", "awsdms_control", "${'s'.repeat(64)}"`,
    ],
    [['--schema', 'shop'], "error: unknown option '--schema'\n(Did you mean --schemas?)"],
    [['shop'], 'error: too many arguments. Expected 0 arguments but got 1.'],
  ])('%j is refused', (args, complaint) => {
    expect(run(...args)).toEqual({ exitCode: 2, said: '', complaints: complaint });
  });

  test.each([['p'.repeat(55)], ['a_1']])('the prefix %s serves', (prefix) => {
    expect(run('--prefix', prefix).exitCode).toBe(0);
  });

  test('a schema of 63 bytes serves', () => {
    expect(run('--schemas', 's'.repeat(63)).exitCode).toBe(0);
  });

  test('it explains itself', () => {
    const { exitCode, said } = run('--help');
    expect(exitCode).toBe(0);
    expect(said).toContain('It connects to nothing.');
  });
});
