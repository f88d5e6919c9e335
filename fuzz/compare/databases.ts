import { type Client, escapeIdentifier, escapeLiteral } from 'pg';
import type { Column, Index, Table } from '../../lambda/migration-validation/catalog/catalog';
import type { Role } from '../../lambda/migration-validation/database/session';
import type { CaseColumn, ComparisonCase, Row } from './cases';
import { CREATE_TYPES, ENUM_LABELS, SCHEMA } from './values';

/** What a case's table is called: cases may share a name. */
export const tableName = ({ name }: ComparisonCase, index: number): string => `${index} ${name}`;

/** Makes the schema and the types of users, in the place of what was there. */
export async function createTypes(client: Client): Promise<void> {
  await client.query(`DROP SCHEMA IF EXISTS ${escapeIdentifier(SCHEMA)} CASCADE; ${CREATE_TYPES}`);
}

/** Makes the tables of some cases on one side, in the place of all that were there. */
export async function createTables(client: Client, role: Role, cases: readonly ComparisonCase[]): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT tablename AS name FROM pg_catalog.pg_tables WHERE schemaname = $1 AND tablename !~ $2',
    [SCHEMA, PARTITION.source],
  );
  const dropped = rows.map(({ name }) => `DROP TABLE ${qualified(name)};`);
  await client.query(
    [...dropped, ...cases.map((item, index) => createTable(role, item, tableName(item, index)))].join(''),
  );
}

/** What the catalog of one side says of a case's table, as far as planning asks. */
export function catalogTable(role: Role, item: ComparisonCase, index: number): Table {
  const key = item.key.map((at) => item.columns[at]?.name ?? '');
  const ordered = item.ordered === undefined ? [] : [item.columns[item.ordered]?.name ?? ''];
  const definition = (columns: readonly string[], unique: boolean): Index => ({
    ...{ name: columns.join(), definition: '', method: 'btree', valid: true, partial: false, plainOrder: true },
    ...{ unique, columns },
  });
  return {
    schema: SCHEMA,
    name: tableName(item, index),
    kind: isPartitioned(role, item) ? 'partitioned' : 'ordinary',
    columns: item.columns.map((column) => catalogColumn(role, column)),
    ...(key.length > 0 ? { primaryKey: { name: 'primary', columns: key } } : {}),
    indexes: [
      ...(key.length > 0 ? [definition(key, true)] : []),
      ...(ordered.length > 0 ? [definition(ordered, false)] : []),
    ],
    ...{ constraints: [], triggers: [], grants: [], owner: '', rowSecurity: false, hasChildren: false },
    ...{ estimatedRows: item.source.length, bytes: 8192, replicaIdentity: 'default', persistence: 'permanent' },
  };
}

function catalogColumn(role: Role, { name, type, nullable }: CaseColumn): Column {
  const locale = type.collations?.[role] ?? 'C';
  const collation = {
    name: locale,
    locale,
    provider: locale.endsWith('icu') ? 'icu' : 'libc',
    deterministic: true,
  } as const;
  return {
    ...{ name, type: type.sql, baseType: type.baseType, typeKind: type.typeKind ?? 'b', nullable, generated: false },
    ...(type.typeKind === 'e' ? { enumLabels: ENUM_LABELS } : {}),
    ...(['text', 'varchar', 'bpchar', 'name'].includes(type.baseType) ? { collation } : {}),
  };
}

function createTable(role: Role, item: ComparisonCase, name: string): string {
  const columns = item.columns.map(({ name: column, type, nullable }) => {
    const collation = type.collations === undefined ? '' : ` COLLATE ${escapeIdentifier(type.collations[role])}`;
    return `${escapeIdentifier(column)} ${type.sql}${collation}${nullable ? '' : ' NOT NULL'}`;
  });
  const key = item.key.map((at) => escapeIdentifier(item.columns[at]?.name ?? ''));
  const primary = key.length > 0 ? [`PRIMARY KEY (${key.join(', ')})`] : [];
  const ordered = item.ordered === undefined ? undefined : escapeIdentifier(item.columns[item.ordered]?.name ?? '');
  const parts = isPartitioned(role, item)
    ? [0, 1].map((part) => {
        const partition = qualified(`${name} partition ${part}`);
        return `CREATE TABLE ${partition} PARTITION OF ${qualified(name)} FOR VALUES WITH (MODULUS 2, REMAINDER ${part});`;
      })
    : [];
  return [
    `CREATE TABLE ${qualified(name)} (${[...columns, ...primary].join(', ')})`,
    isPartitioned(role, item) ? ` PARTITION BY HASH (${key.join(', ')});` : ';',
    ...parts,
    ordered === undefined ? '' : `CREATE INDEX ON ${qualified(name)} (${ordered});`,
    insert(item, name, role === 'source' ? item.source : item.target),
  ].join('');
}

function insert({ columns }: ComparisonCase, name: string, rows: readonly Row[]): string {
  if (rows.length === 0) return '';
  const literal = (value: string | null, index: number) => {
    if (value === null) return 'NULL';
    return columns[index]?.type.literal?.(value) ?? escapeLiteral(value);
  };
  const values = rows.map((row) => `(${row.map(literal).join(', ')})`);
  return `INSERT INTO ${qualified(name)} VALUES ${values.join(', ')};`;
}

/** Without a key there is nothing that every type could be partitioned by. */
const isPartitioned = (role: Role, { partitioned, key }: ComparisonCase): boolean =>
  key.length > 0 && (partitioned === 'both' || (partitioned === 'target' && role === 'target'));

const PARTITION = / partition \d$/;

const qualified = (name: string): string => `${escapeIdentifier(SCHEMA)}.${escapeIdentifier(name)}`;
