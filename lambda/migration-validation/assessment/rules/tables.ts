import type { TableFact } from '../facts-model';
import { PAGES } from '../pages';
import { type Hit, rule, type Rule } from '../rule';
import { label, sqlName } from '../names';

const MEBIBYTE = 1024 * 1024;

const each = (
  tables: readonly TableFact[],
  isUnsafe: (table: TableFact) => boolean,
  rest: (table: TableFact) => Omit<Hit, 'object'> = () => ({}),
): Hit[] => tables.filter(isUnsafe).map((table) => ({ object: label(table), ...rest(table) }));

/** Whether the table has rows of its own here. A partitioned one's are its partitions'. */
const hasRows = ({ kind }: TableFact): boolean => kind === 'ordinary' || kind === 'partition';

/** Names that differ in the case of their letters only, within a schema. */
function similar(tables: readonly TableFact[]): TableFact[] {
  const key = ({ schema, name }: TableFact): string => `${schema}.${name}`.toLowerCase();
  const counts = new Map<string, number>();
  for (const table of tables) counts.set(key(table), (counts.get(key(table)) ?? 0) + 1);
  return tables.filter((table) => (counts.get(key(table)) ?? 0) > 1);
}

/** Rules about tables. */
export const TABLE_RULES: readonly Rule[] = [
  rule(
    ['tables'],
    {
      id: 'primary-key',
      severity: 'blocker',
      reason: 'without one DMS ignores every UPDATE and DELETE, leaves LOB columns out, and compares nothing',
      fix: 'ALTER TABLE <table> ADD PRIMARY KEY (…)',
      page: PAGES.sourceCdc,
    },
    ({ tables }) =>
      each(
        tables,
        (table) => hasRows(table) && table.primaryKey.length === 0,
        (table) => ({ fix: `ALTER TABLE ${sqlName(table)} ADD PRIMARY KEY (…)` }),
      ),
  ),
  rule(
    ['tables'],
    {
      id: 'replica-identity',
      severity: 'blocker',
      reason: 'WAL then does not say which row was changed or removed: UPDATE and DELETE are lost',
      fix: 'ALTER TABLE <table> REPLICA IDENTITY DEFAULT',
      page: PAGES.replicaIdentity,
    },
    ({ tables }) =>
      each(
        tables,
        (table) => hasRows(table) && table.replicaIdentity === 'nothing',
        (table) => ({ fix: `ALTER TABLE ${sqlName(table)} REPLICA IDENTITY DEFAULT` }),
      ),
  ),
  rule(
    ['tables'],
    {
      id: 'replica-identity-index',
      severity: 'warning',
      reason: 'WAL names changed rows by another index than the primary key, which DMS looks for',
      fix: 'ALTER TABLE <table> REPLICA IDENTITY DEFAULT, or FULL',
      page: PAGES.replicaIdentity,
    },
    ({ tables }) =>
      each(
        tables,
        (table) => hasRows(table) && table.replicaIdentity === 'index',
        (table) => ({ fix: `ALTER TABLE ${sqlName(table)} REPLICA IDENTITY DEFAULT, or FULL` }),
      ),
  ),
  rule(
    ['tables'],
    {
      id: 'replica-identity-full',
      severity: 'info',
      reason: 'each UPDATE and DELETE writes the whole old row to WAL',
      fix: 'ALTER TABLE <table> REPLICA IDENTITY DEFAULT, where the primary key is enough',
      page: PAGES.replicaIdentity,
    },
    ({ tables }) =>
      each(
        tables,
        (table) => hasRows(table) && table.replicaIdentity === 'full',
        (table) => ({ fix: `ALTER TABLE ${sqlName(table)} REPLICA IDENTITY DEFAULT, where the primary key is enough` }),
      ),
  ),
  rule(
    ['tables'],
    {
      id: 'unlogged',
      severity: 'blocker',
      reason: 'it is not in WAL: no change of it is replicated, and a crash empties it',
      fix: 'ALTER TABLE <table> SET LOGGED; or leave it out with --exclude-table',
      page: PAGES.unlogged,
    },
    ({ tables }) =>
      each(
        tables,
        ({ persistence }) => persistence === 'unlogged',
        (table) => ({
          fix: `ALTER TABLE ${sqlName(table)} SET LOGGED; or leave it out with --exclude-table ${label(table)}`,
        }),
      ),
  ),
  rule(
    ['tables'],
    {
      id: 'partitioned',
      severity: 'warning',
      reason: 'mapped as well as its partitions, its rows are copied twice; mapped alone, changes are lost',
      fix: 'map the partitions and not the partitioned table; create both on the target first; map new partitions as they come',
      page: PAGES.sourceHomogeneous,
    },
    ({ tables }) => each(tables, ({ kind }) => kind === 'partitioned'),
  ),
  rule(
    ['tables'],
    {
      id: 'inheritance',
      severity: 'warning',
      reason: 'reading it reads the rows of the tables that inherit from it: they are copied twice',
      fix: 'ALTER TABLE <child> NO INHERIT <table>, or map one of the two',
      page: PAGES.inheritance,
    },
    ({ tables }) => each(tables, ({ hasChildren }) => hasChildren),
  ),
  rule(
    ['tables'],
    {
      id: 'foreign-table',
      severity: 'warning',
      reason: 'its rows are on another server: nothing of it is in WAL, nothing is copied or compared',
      fix: 'migrate the server that holds it, or create it on the target with postgres_fdw',
      page: PAGES.foreignTables,
    },
    ({ tables }) => each(tables, ({ kind }) => kind === 'foreign'),
  ),
  rule(
    ['tables'],
    {
      id: 'similar-names',
      severity: 'blocker',
      reason: 'DMS does not tell tables apart whose names differ in the case of letters only',
      fix: 'ALTER TABLE <table> RENAME TO …',
      page: PAGES.sourceLimits,
    },
    ({ tables }) =>
      similar(tables).map((table) => ({
        object: label(table),
        fix: `ALTER TABLE ${sqlName(table)} RENAME TO …`,
      })),
  ),
  rule(
    ['tables'],
    {
      id: 'mixed-case',
      severity: 'info',
      reason: 'table mappings are case-sensitive: a rule in lower case does not match it',
      fix: 'write the name in the table mappings exactly so, and no transformation to lower case',
      page: PAGES.selections,
    },
    ({ tables }) => each(tables, ({ schema, name }) => schema !== schema.toLowerCase() || name !== name.toLowerCase()),
  ),
  rule(
    ['tables'],
    {
      id: 'not-analyzed',
      severity: 'info',
      reason: 'how many rows it has is not known, so neither is how long copying and comparing take',
      fix: 'ANALYZE <table>',
      page: PAGES.statistics,
    },
    ({ tables }) =>
      each(
        tables,
        ({ kind, estimatedRows }) => (kind === 'ordinary' || kind === 'partition') && estimatedRows < 0,
        (table) => ({ fix: `ANALYZE ${sqlName(table)}` }),
      ),
  ),
  rule(
    ['tables', 'objects'],
    {
      id: 'no-range-key',
      severity: 'info',
      reason:
        'no unique index over columns that order alike everywhere: the comparison reads all of it for each part, or by hash',
      fix: 'add a unique index over numbers, times, uuid, or text COLLATE "C", all NOT NULL',
      page: PAGES.uniqueIndexes,
    },
    ({ tables, objects: { rangeable } }, { largeTableMib }) => {
      const names = new Set(rangeable.map(label));
      return each(
        tables,
        (table) => hasRows(table) && table.bytes >= largeTableMib * MEBIBYTE && !names.has(label(table)),
        ({ bytes }) => ({ value: `${Math.round(bytes / MEBIBYTE)} MiB` }),
      );
    },
  ),
];
