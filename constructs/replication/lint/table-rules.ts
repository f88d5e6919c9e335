import {
  isLob,
  MAX_LOB_SIZE_KIB,
  normalizedType,
  requiredLobSizeKib,
  type DeclaredColumn,
  type DeclaredTable,
} from '../declared-table';
import { WRITER_EPOCH_TABLE } from '../names';
import type { Hit, RuleHead } from './finding';
import { PAGES } from './pages';

/** What declared tables are judged by. */
export interface TableContext {
  /**
   * The replicated schemas.
   * @default every schema of the tables
   */
  readonly schemas?: readonly string[];
  /**
   * The longest LOB that the tasks copy whole, in KiB.
   * @default the most that DMS can: 102400
   */
  readonly lobMaxSizeKib?: number;
}

/** A rule about one declared table. The paths of its hits start at the table. */
export interface TableRule extends RuleHead {
  readonly check: (table: DeclaredTable, context: TableContext) => readonly Hit[];
}

const columnHits = (
  { columns = [] }: DeclaredTable,
  isUnsafe: (column: DeclaredColumn) => boolean,
  hit: (column: DeclaredColumn) => { readonly key: 'type' | 'longestValueKib'; readonly must: string },
): Hit[] =>
  columns.flatMap((column, index) => {
    if (!isUnsafe(column)) return [];
    const { key, must } = hit(column);
    return [{ path: ['columns', index, key], value: column[key], must }];
  });

const hasType =
  (types: RegExp) =>
  ({ type }: DeclaredColumn): boolean =>
    types.test(normalizedType(type));

const UNBOUNDED_NUMERIC = hasType(/^(numeric|decimal)$/);
const UNBOUNDED_VARCHAR = hasType(/^(character varying|varchar)$/);
const LARGE_OBJECT = hasType(/^(oid|lo)$/);

/** Every rule about declared tables. */
export const TABLE_RULES: readonly TableRule[] = [
  {
    id: 'primary-key',
    severity: 'error',
    reason: 'without one DMS ignores every UPDATE and DELETE, leaves LOB columns out, and compares nothing',
    page: PAGES.sourceCdc,
    check: ({ primaryKey }) =>
      primaryKey.length > 0
        ? []
        : [{ path: ['primaryKey'], value: primaryKey, must: 'must name the columns of a primary key' }],
  },
  {
    id: 'lob-key',
    severity: 'error',
    reason: 'DMS handles the type as LOB, and validation cannot compare a table by such a key',
    page: PAGES.validation,
    check: (table) =>
      columnHits(
        table,
        (column) => table.primaryKey.includes(column.name) && isLob(column),
        () => ({ key: 'type', must: 'must be a type of bounded length in a primary key, for instance varchar(64)' }),
      ),
  },
  {
    id: 'unbounded-numeric',
    severity: 'error',
    reason: 'DMS copies it as numeric(28,6): more digits are lost without an error',
    page: PAGES.sourceLimits,
    check: (table) =>
      columnHits(table, UNBOUNDED_NUMERIC, () => ({
        key: 'type',
        must: 'must have a precision and scale, for instance numeric(18,4)',
      })),
  },
  {
    id: 'unbounded-varchar',
    severity: 'error',
    reason: 'DMS may cut it at 8,000 characters',
    page: PAGES.source,
    check: (table) =>
      columnHits(table, UNBOUNDED_VARCHAR, () => ({
        key: 'type',
        must: 'must have a length, for instance varchar(200), or be text with its longest value declared',
      })),
  },
  {
    id: 'large-object',
    severity: 'error',
    reason: 'DMS copies the number and leaves the large object behind',
    page: PAGES.sourceLimits,
    check: (table) =>
      columnHits(table, LARGE_OBJECT, () => ({ key: 'type', must: 'must not refer to large objects; use bytea' })),
  },
  {
    id: 'lob-length-unknown',
    severity: 'warning',
    reason: 'the task stops at the first value above LobMaxSize; measure max(octet_length(…)) before it does',
    page: PAGES.lobs,
    check: (table) =>
      columnHits(
        table,
        (column) => isLob(column) && column.longestValueKib === undefined,
        () => ({ key: 'longestValueKib', must: 'must be declared for a type that DMS handles as LOB' }),
      ),
  },
  {
    id: 'lob-length',
    severity: 'error',
    reason: 'a longer LOB is cut, or stops the task; text takes two bytes a character',
    page: PAGES.lobs,
    check: (table, { lobMaxSizeKib = MAX_LOB_SIZE_KIB }) =>
      columnHits(
        table,
        (column) => (requiredLobSizeKib(column) ?? 0) > lobMaxSizeKib,
        (column) => ({
          key: 'longestValueKib',
          must: `must fit into LobMaxSize ${lobMaxSizeKib} (KiB; it takes ${requiredLobSizeKib(column) ?? 0})`,
        }),
      ),
  },
  {
    id: 'writer-epoch',
    severity: 'error',
    reason:
      'it says which side may be written and is local to each: replicated, it would open a database that is closed',
    page: PAGES.selections,
    check: ({ name }) =>
      name === WRITER_EPOCH_TABLE ? [{ path: ['name'], value: name, must: `must not be ${WRITER_EPOCH_TABLE}` }] : [],
  },
  {
    id: 'schema',
    severity: 'error',
    reason: 'the mappings take in whole schemas: the table would not be replicated',
    page: PAGES.selections,
    check: ({ schema }, { schemas }) =>
      schemas === undefined || schemas.includes(schema)
        ? []
        : [{ path: ['schema'], value: schema, must: `must be a replicated schema: ${schemas.join(', ')}` }],
  },
];
