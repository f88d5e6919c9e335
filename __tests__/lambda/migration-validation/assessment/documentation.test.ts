import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { lintTables } from '../../../../constructs/replication/lint';
import { isLob, type DeclaredColumn, requiredLobSizeKib } from '../../../../constructs/replication/declared-table';
import {
  APPLY_ROLE,
  CAPTURE_ROLE,
  DMS_CONTROL_SCHEMA,
  WRITER_EPOCH_TABLE,
} from '../../../../constructs/replication/names';
import { TABLE_RULES } from '../../../../constructs/replication/lint/table-rules';
import { AURORA_EXTENSIONS } from '../../../../lambda/migration-validation/assessment/aurora-extensions';
import { typeFate } from '../../../../lambda/migration-validation/assessment/dms-types';
import type { ColumnFact, Facts, TableFact } from '../../../../lambda/migration-validation/assessment/facts-model';
import { lobSizeFactor, lobSizeKib } from '../../../../lambda/migration-validation/assessment/lob-types';
import { sqlWord } from '../../../../lambda/migration-validation/assessment/names';
import { DEFAULT_LIMITS } from '../../../../lambda/migration-validation/assessment/options';
import { CONTROL_SCHEMA, WRITER_EPOCH } from '../../../../lambda/migration-validation/assessment/probes/probe';
import { RULE_GROUPS, RULES } from '../../../../lambda/migration-validation/assessment/rules';
import { sortAlike } from '../../../../lambda/migration-validation/assessment/rules/target';

const page = readFileSync('docs/assessment.md', 'utf8');
const cells = (line: string): string[] => line.split(/\s*(?<!\\)\|\s*/).slice(1, -1);

describe('docs/assessment.md', () => {
  test('lists every rule with its severity, reason, fix and page, in order', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| [`'));
    expect(rows.map(cells)).toEqual(
      RULES.map(({ id, severity, reason, fix, page: link }) => [
        `[\`${id}\`](${link})`,
        severity,
        reason,
        `\`${fix}\``,
      ]),
    );
    expect(page.split('\n').filter((line) => line.startsWith('### '))).toEqual(
      RULE_GROUPS.map(({ title }) => `### ${title}`),
    );
  });
});

describe('every rule', () => {
  test('has an id of its own, in one spelling', () => {
    const ids = RULES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z]+(-[a-z]+)*$/.test(id))).toEqual([]);
  });

  test.each(RULES.map((rule) => [rule.id, rule] as const))('%s rests on a page of AWS or PostgreSQL', (_, rule) => {
    expect(rule.page).toMatch(/^https:\/\/(docs\.aws\.amazon\.com|www\.postgresql\.org\/docs\/current)\//);
    expect([rule.reason.length > 10, rule.fix.length > 5, rule.needs.length > 0]).toEqual([true, true, true]);
  });

  test('refuses to judge without the facts that it needs', () => {
    const [rule] = RULES;
    expect(() => rule?.check({ selection: { excludeTables: [] } }, DEFAULT_LIMITS)).toThrow(
      'rule source-version needs server',
    );
  });
});

const TYPES = (
  'bigint,integer,smallint,numeric,numeric(12,2),numeric(60,2),character varying,character varying(20),text,citext,json,jsonb,' +
  'hstore,bytea,xml,tsvector,tsquery,path,polygon,text[],integer[],uuid,date,oid,lo,timestamp with time zone'
).split(',');

describe('the linter of constructs', () => {
  test.each(TYPES)('handles %s as the assessment does', (type) => {
    const column: DeclaredColumn = { name: 'c', type, longestValueKib: 3 };
    expect(lobSizeFactor(type) !== undefined).toBe(isLob(column));
    expect(lobSizeFactor(type) === undefined ? undefined : lobSizeKib(type, 3 * 1024)).toBe(requiredLobSizeKib(column));
  });

  test.each(TYPES.flatMap((type) => [true, false].map((inPrimaryKey) => [type, inPrimaryKey] as const)))(
    'says the same of a column %s, in the primary key: %p',
    (type, inPrimaryKey) => {
      const linted = lintTables(
        [{ schema: 's', name: 't', primaryKey: inPrimaryKey ? ['c'] : [], columns: [{ name: 'c', type }] }],
        { lobMaxSizeKib: 1024 },
      );
      expect(assessed(type, inPrimaryKey, { skipped: 'size' })).toEqual(
        linted.map(({ rule, severity, reason }) => [rule, severity, reason]),
      );
    },
  );

  test.each([
    ['text', 512],
    ['text', 513],
    ['bytea', 1024],
    ['bytea', 1025],
  ])('says the same of a %s of %i KiB', (type, longestValueKib) => {
    const linted = lintTables(
      [{ schema: 's', name: 't', primaryKey: ['id'], columns: [{ name: 'c', type, longestValueKib }] }],
      { lobMaxSizeKib: 1024 },
    ).map(({ rule, severity, reason }) => [rule, severity, reason]);
    const longestBytes = longestValueKib * 1024;
    const found = assessed(type, false, { longestBytes, lobSizeKib: lobSizeKib(type, longestBytes) });
    expect(found.filter(([id]) => id !== 'primary-key')).toEqual(linted);
  });

  test('has rules of the same names, but for those about what was declared', () => {
    const ids = RULES.map(({ id }) => id);
    expect(TABLE_RULES.map(({ id }) => id).filter((id) => !ids.includes(id))).toEqual(['writer-epoch', 'schema']);
  });

  test('names roles, schema and table alike', () => {
    expect([CONTROL_SCHEMA, WRITER_EPOCH]).toEqual([DMS_CONTROL_SCHEMA, WRITER_EPOCH_TABLE]);
    expect([CAPTURE_ROLE, APPLY_ROLE]).toEqual(['dms_capture', 'dms_apply']);
  });
});

/** What the rules that the linter has too say of a table with one column, in the linter's words. */
function assessed(type: string, inPrimaryKey: boolean, measured: object) {
  const table = { schema: 's', name: 't', kind: 'ordinary', primaryKey: inPrimaryKey ? ['c'] : [] };
  const column = { schema: 's', name: 't', column: 'c', type, baseType: type, inPrimaryKey };
  const facts: Facts = {
    selection: { excludeTables: [] },
    tables: [table as unknown as TableFact],
    columns: [column as unknown as ColumnFact],
    measurements: lobSizeFactor(type) === undefined ? [] : [{ schema: 's', name: 't', column: 'c', ...measured }],
  };
  return TABLE_RULES.flatMap(({ id }) => RULES.filter((rule) => rule.id === id)).flatMap((rule) =>
    rule
      .check(facts, DEFAULT_LIMITS)
      .map(() => [rule.id, rule.severity === 'blocker' ? 'error' : rule.severity, rule.reason]),
  );
}

describe('collations', () => {
  const libc = (locale: string, version = '') => ({ name: 'x', provider: 'c', locale, version });
  const icu = (locale: string, version = '') => ({ name: 'x', provider: 'i', locale, version });
  test.each([
    [libc('C'), libc('POSIX'), true],
    [libc('C'), { name: 'x', provider: 'b', locale: 'C.UTF-8', version: '1' }, true],
    [libc('en_US.UTF-8', '2.31'), libc('en_US.utf8', '2.31'), true],
    [libc('en_US.UTF-8', '2.31'), libc('en_US.UTF-8', '2.26'), false],
    [libc('en_US.UTF-8'), libc('en_US.UTF-8'), false],
    [libc('en_US.UTF-8', '2.31'), libc('de_DE.UTF-8', '2.31'), false],
    [icu('en-US', '153.80'), icu('en-US', '153.80'), true],
    [icu('en-US', '153.80'), libc('en-US', '153.80'), false],
    [libc('C'), libc('en_US.UTF-8', '2.31'), false],
  ])('%j and %j sort alike: %p', (source, target, alike) => {
    expect([sortAlike(source, target), sortAlike(target, source)]).toEqual([alike, alike]);
  });
});

describe('types', () => {
  test.each([
    ['circle', 'b', 'not-migrated'],
    ['macaddr8', 'b', 'not-migrated'],
    ['status', 'e', 'not-migrated'],
    ['int4multirange', 'm', 'not-migrated'],
    ['time(3) with time zone', 'b', 'partial'],
    ['interval', 'b', 'partial'],
    ['timestamp(3) without time zone', 'b', 'whole'],
    ['bit varying(8)', 'b', 'whole'],
    ['double precision', 'b', 'whole'],
    ['money', 'b', 'partial'],
    ['pg_lsn', 'b', 'unlisted'],
    ['ltree', 'b', 'unlisted'],
    ['inet[]', 'b', 'whole'],
  ])('%s (%s) is %s', (type, kind, fate) => {
    expect(typeFate(type, kind)).toBe(fate);
  });

  test.each(['timescaledb', 'file_fdw', 'plpython3u', 'adminpack'])('Aurora does not offer %s', (name) => {
    expect(AURORA_EXTENSIONS.has(name)).toBe(false);
  });

  test('Aurora offers what is most used', () => {
    expect(
      ['plpgsql', 'pgcrypto', 'uuid-ossp', 'pg_stat_statements'].filter((name) => !AURORA_EXTENSIONS.has(name)),
    ).toEqual([]);
  });
});

test('names are quoted where SQL needs it', () => {
  expect(['entries', 'order', 'Twin', 'a"b', 'a b', '1st'].map(sqlWord)).toEqual([
    'entries',
    '"order"',
    '"Twin"',
    '"a""b"',
    '"a b"',
    '"1st"',
  ]);
});
