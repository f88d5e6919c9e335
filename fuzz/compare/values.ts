import { createHash } from 'node:crypto';

/** A column's type, with values as PostgreSQL prints them: all different, many of them easily taken for each other. */
export interface ColumnType {
  /** As it is written in CREATE TABLE. */
  readonly sql: string;
  /** pg_catalog's name of the base type, or that of a user's type with its schema. */
  readonly baseType: string;
  /** @default b */
  readonly typeKind?: string;
  readonly values: readonly string[];
  /** What the values are written as, for types that cannot be read as they are printed. @default the text, quoted */
  readonly literal?: (value: string) => string;
  /** The collation on each side. @default none, or the database's: C */
  readonly collations?: { readonly source: string; readonly target: string };
}

/** A type that keys are made of: a value for each number, different for different numbers. */
export interface KeyType extends Omit<ColumnType, 'values'> {
  readonly value: (n: number) => string;
  /** How many values there are. @default without end */
  readonly distinct?: number;
}

/** The schema that tables and the types of users are in: a name that must be quoted. */
export const SCHEMA = 'fuzz "x" %s';
const quotedSchema = '"fuzz ""x"" %s"';
const MOODS = ['sad', 'ok', "it's", 'GLAD', ''];

/** Makes the types that are the users'. */
export const CREATE_TYPES = `
  CREATE SCHEMA ${quotedSchema};
  CREATE TYPE ${quotedSchema}.mood AS ENUM (${MOODS.map((mood) => `'${mood.replaceAll("'", "''")}'`).join(', ')});
  CREATE TYPE ${quotedSchema}.pair AS (a int, b text);
  CREATE DOMAIN ${quotedSchema}.positive AS int CHECK (VALUE > 0);`;

/** Unicode forms of one letter, spaces, quotes, what looks like NULL or like the syntax of a row. */
const TEXTS = [
  ...[
    '',
    ' ',
    'a',
    'A',
    'a ',
    ' a',
    'NULL',
    'null',
    '()',
    '(,)',
    ',',
    '"',
    '""',
    '\\',
    '\\\\',
    "'",
    "''",
    '%',
    '\n',
    '\t',
  ],
  ...['\u00e4', 'a\u0308', '\u00df', 'ss', '\u20ac', '\u{1f600}', '\u200b', '\ufeff', '0', '0.0', '{}', '\\x00', 'a,b'],
];

const type = (sql: string, values: readonly string[], baseType = sql): ColumnType => ({ sql, baseType, values });

export const COLUMN_TYPES: readonly ColumnType[] = [
  type('int2', ['0', '1', '-1', '32767', '-32768']),
  type('int4', ['0', '1', '5', '-5', '2147483647']),
  type('int8', ['0', '5', '21474836480', '-5', '-21474836481', '9223372036854775807', '-9223372036854775808']),
  type('numeric', ['1', '1.0', '1.00', '0', '0.0', '-1', 'NaN', 'Infinity', '-Infinity', '1'.padEnd(60, '0')]),
  type('numeric(12,2)', ['1.00', '-1.00', '0.00', 'NaN', '9999999999.99'], 'numeric'),
  type('float4', ['0', '-0', 'NaN', 'Infinity', '-Infinity', '0.1', '1e-40', '1.6777216e+07', '3.4028235e+38']),
  type('float8', ['0', '-0', 'NaN', 'Infinity', '-Infinity', '0.1', '0.30000000000000004', '0.3', '5e-324', '1e+300']),
  type('bool', ['t', 'f']),
  type('text', TEXTS),
  { ...type('text', TEXTS), collations: { source: 'POSIX', target: 'C' } },
  type('varchar(20)', TEXTS, 'varchar'),
  type('char(5)', ['     ', 'a    ', 'A    ', ' a   ', '\u00e4    ', 'a\u0308   '], 'bpchar'),
  type('name', ['', 'a', 'A', 'a ']),
  {
    sql: '"char"',
    baseType: 'char',
    values: ['\\x61', '\\x41', '\\x00', '\\xff', '\\x80'],
    literal: (value) => `(${Buffer.from(value.slice(2), 'hex').readInt8()})::"char"`,
  },
  type('bytea', ['\\x', '\\x00', '\\x0000', '\\x5c', '\\x78', '\\xff']),
  type('uuid', ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff']),
  type('date', ['infinity', '-infinity', '2024-02-29', '0044-03-15 BC', '0044-03-15', '5874897-12-31']),
  type('timestamp', [
    'infinity',
    '-infinity',
    '2026-01-01 00:00:00',
    '2026-01-01 00:00:00.000001',
    '0044-03-15 12:00:00 BC',
  ]),
  type('timestamptz', [
    'infinity',
    '-infinity',
    '2026-01-01 00:00:00+00',
    '2026-01-01 01:00:00+00',
    '0001-01-01 00:00:00+00 BC',
  ]),
  type('time', ['00:00:00', '24:00:00', '12:00:00.000001']),
  type('timetz', ['12:00:00+00', '13:00:00+01', '12:00:00+00:00:01', '12:00:00-15:59']),
  type('interval', [
    '00:00:00',
    '1 mon',
    '30 days',
    '1 day',
    '24:00:00',
    '-1 days +24:00:00',
    '1 year',
    '-00:00:00.000001',
  ]),
  type('json', [
    '{}',
    ' {}',
    '{"a": 1, "b": 2}',
    '{"b": 2, "a": 1}',
    '{"a": 1, "a": 2}',
    'null',
    '"null"',
    '1.0',
    '1.00',
  ]),
  type('jsonb', [
    '{}',
    '{"a": 1, "b": 2}',
    '{"a": 2, "b": 1}',
    'null',
    '"null"',
    '1.0',
    '1.00',
    '[]',
    '[null]',
    '[[]]',
  ]),
  type('xml', ['<a/>', '<a></a>', '<a b="1"/>', "<a b='1'/>", 'text', '']),
  type('int4[]', ['{}', '{NULL}', '{0}', '{1}', '{{1}}', '[0:0]={1}', '{1,NULL}', '{NULL,1}'], '_int4'),
  type('text[]', ['{}', '{""}', '{NULL}', '{"NULL"}', '{a,b}', '{"a,b"}', '{"{}"}', '{"\\""}'], '_text'),
  type('bit(3)', ['000', '001', '100'], 'bit'),
  type('varbit', ['', '0', '00', '1']),
  type('inet', ['10.0.0.1', '10.0.0.1/8', '::1', '::ffff:10.0.0.1']),
  type('cidr', ['10.0.0.0/8', '10.0.0.0/16', '::/0']),
  type('macaddr', ['08:00:2b:01:02:03', '08:00:2b:01:02:04']),
  type('money', ['$0.00', '$1.00', '-$1.00', '$12,345.67']),
  type('tsvector', ['', "'a'", "'a':1", "'a' 'b'", "'a':1A"]),
  type('tsquery', ['', "'a'", "'a' & 'b'", "'b' & 'a'"]),
  type('int4range', ['empty', '[1,2)', '[1,3)', '(,)', '[1,)', '(,1)']),
  type('numrange', ['empty', '[1,2)', '[1.0,2)', '(1,2)', '[1,2]']),
  type('int4multirange', ['{}', '{[1,2)}', '{[1,2),[3,4)}']),
  type('point', ['(0,0)', '(-0,0)', '(0,-0)', '(1,0)', '(0,1)']),
  type('oid', ['0', '1', '4294967295']),
  type('regclass', ['pg_class', 'information_schema.tables', '-']),
  type('pg_lsn', ['0/0', '0/1', '1/0']),
  { sql: `${quotedSchema}.mood`, baseType: `${quotedSchema}.mood`, typeKind: 'e', values: MOODS },
  {
    sql: `${quotedSchema}.pair`,
    baseType: `${quotedSchema}.pair`,
    typeKind: 'c',
    values: ['(,)', '(,"")', '(1,)', '(1,"")', '(1,a)', '(1,"a,b")'],
  },
  {
    sql: `${quotedSchema}.pair[]`,
    baseType: `${quotedSchema}._pair`,
    values: ['{}', '{NULL}', '{"(,)"}', '{"(1,a)"}', '{"(1,\\"\\")"}'],
  },
  { sql: `${quotedSchema}.positive`, baseType: 'int4', values: ['1', '2', '2147483647'] },
];

const hex = (n: number): string => createHash('md5').update(`${n}`).digest('hex');
const day = (n: number): string => new Date(Date.UTC(2000, 0, 1 + n)).toISOString().slice(0, 10);

export const KEY_TYPES: readonly KeyType[] = [
  { sql: 'int4', baseType: 'int4', value: (n) => `${n - 500}` },
  { sql: 'int8', baseType: 'int8', value: (n) => `${BigInt(n - 500) << 32n}` },
  { sql: 'numeric', baseType: 'numeric', value: (n) => ((n - 500) / 100).toFixed(2) },
  { sql: 'float8', baseType: 'float8', value: (n) => (n === 500 ? 'NaN' : `${n - 500}.5`) },
  { sql: 'bool', baseType: 'bool', value: (n) => (n === 0 ? 'f' : 't'), distinct: 2 },
  { sql: 'uuid', baseType: 'uuid', value: (n) => hex(n).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') },
  { sql: 'text', baseType: 'text', value: (n) => `${TEXTS[n % TEXTS.length] ?? ''}${n % 3 === 0 ? '' : 'k'}|${n}` },
  { sql: 'varchar(60)', baseType: 'varchar', value: (n) => `${n % 2 === 0 ? 'k' : 'K'}_${n}` },
  {
    sql: 'text',
    baseType: 'text',
    collations: { source: 'POSIX', target: 'C' },
    value: (n) => `${hex(n)} '%`,
  },
  {
    sql: 'text',
    baseType: 'text',
    collations: { source: 'C', target: 'und-x-icu' },
    value: (n) => `${n % 2 === 0 ? 'k' : 'K'} ${n}`,
  },
  { sql: 'char(8)', baseType: 'bpchar', value: (n) => `${n % 2 === 0 ? 'k' : 'K'}${n}`.padEnd(8) },
  {
    sql: 'bytea',
    baseType: 'bytea',
    value: (n) => `\\x${hex(n).slice(0, 2 + 2 * (n % 10))}${n.toString(16).padStart(4, '0')}`,
  },
  { sql: 'date', baseType: 'date', value: (n) => (n === 0 ? '-infinity' : day(n)) },
  {
    sql: 'timestamptz',
    baseType: 'timestamptz',
    value: (n) => `${day(n >> 1)} ${n % 2 === 0 ? '00:00:00' : '12:00:00.000001'}+00`,
  },
  { sql: 'interval', baseType: 'interval', value: (n) => `${n + 2} days` },
  { sql: 'inet', baseType: 'inet', value: (n) => `10.0.${n >> 8}.${n & 255}` },
  { sql: 'jsonb', baseType: 'jsonb', value: (n) => `{"n": ${n}}` },
  { sql: 'text[]', baseType: '_text', value: (n) => `{k,${n}}` },
  { sql: 'int4range', baseType: 'int4range', typeKind: 'r', value: (n) => `[${n},${n + 1})` },
  {
    sql: `${quotedSchema}.mood`,
    baseType: `${quotedSchema}.mood`,
    typeKind: 'e',
    value: (n) => MOODS[n] ?? '',
    distinct: MOODS.length,
  },
  { sql: `${quotedSchema}.pair`, baseType: `${quotedSchema}.pair`, typeKind: 'c', value: (n) => `(${n},"")` },
  { sql: `${quotedSchema}.positive`, baseType: 'int4', value: (n) => `${n + 1}` },
];

/** The labels of the users' enum. */
export const ENUM_LABELS: readonly string[] = MOODS;
