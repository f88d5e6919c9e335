import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { LEDGER_TABLES } from '../../../constructs/database';
import { PROJECT } from '../../support/imports';

const SQL = readFileSync(join(PROJECT, 'lambda/ledger-migration/migrations/pre-data/0002_tables.sql'), 'utf8');

test('the tables that are only ever added to are those to which writers may add, and do nothing else', () => {
  const [, privileges, tables = ''] = /^GRANT ([A-Z, ]+) ON ([\w., ]+) TO payments_writer;$/m.exec(SQL) ?? [];
  expect(privileges).toBe('SELECT, INSERT');
  expect(LEDGER_TABLES.map(({ schema, name }) => `${schema}.${name}`)).toEqual(tables.split(', '));
});
