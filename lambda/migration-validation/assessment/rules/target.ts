import type { ColumnFact } from '../facts-model';
import { PAGES } from '../pages';
import { type Hit, rule, type Rule } from '../rule';
import { label, labelOfColumn, labelOnTable, sqlName, sqlTable, sqlWord } from '../names';

const onTarget = (object: string): string => `target: ${object}`;
const major = (versionNumber: number): number => Math.floor(versionNumber / 10_000);

type Collation = NonNullable<ColumnFact['collation']>;

const isByteOrder = ({ locale, provider }: Collation): boolean =>
  ['C', 'POSIX'].includes(locale) || (provider === 'b' && locale === 'C.UTF-8');

const spelling = (locale: string): string => locale.toLowerCase().replace(/utf-?8/, 'utf8');

/** Whether both sort alike for certain: by bytes, or by the same version of the same library's same locale. */
export const sortAlike = (source: Collation, target: Collation): boolean =>
  (isByteOrder(source) && isByteOrder(target)) ||
  (source.provider === target.provider &&
    spelling(source.locale) === spelling(target.locale) &&
    source.version === target.version &&
    source.version !== '');

const describe = ({ provider, locale, version }: Collation): string =>
  `${{ c: 'libc', i: 'icu', b: 'builtin' }[provider] ?? provider} ${locale}${version === '' ? '' : ` ${version}`}`;

/** Rules that look at the target, or compare the source with it. */
export const TARGET_RULES: readonly Rule[] = [
  rule(
    ['server', 'target'],
    {
      id: 'target-version',
      severity: 'blocker',
      reason: 'a target older than the source lacks what the schema may use, and there is no way back to plan with',
      fix: "make the target of the source's major version or a later one",
      page: PAGES.targets,
    },
    ({ server, target }) =>
      major(target.server.versionNumber) < major(server.versionNumber)
        ? [
            {
              object: onTarget('server_version_num'),
              value: `${target.server.versionNumber}, source ${server.versionNumber}`,
            },
          ]
        : [],
  ),
  rule(
    ['target'],
    {
      id: 'target-standby',
      severity: 'blocker',
      reason: 'nothing can be written to a replica or through a pooler that keeps no session settings',
      fix: "name the cluster's writer endpoint in --target",
      page: PAGES.target,
    },
    ({ target: { server } }) =>
      server.inRecovery || server.proxied
        ? [{ object: onTarget('the connection'), value: server.inRecovery ? 'a replica' : 'a proxy' }]
        : [],
  ),
  rule(
    ['server', 'target'],
    {
      id: 'encoding-differs',
      severity: 'blocker',
      reason: 'text is converted on the way, and rows cannot be compared by their bytes',
      fix: "make the target with the source's encoding, or move the source to UTF8 first",
      page: PAGES.encodings,
    },
    ({ server, target }) =>
      server.encoding === target.server.encoding
        ? []
        : [{ object: onTarget('server_encoding'), value: `${target.server.encoding}, source ${server.encoding}` }],
  ),
  rule(
    ['target'],
    {
      id: 'apply-role',
      severity: 'blocker',
      reason: 'DMS cannot connect to the target',
      fix: 'run ledger-migration, which makes it, or name another with --apply-role',
      page: PAGES.target,
    },
    ({ target: { apply } }) => (apply.exists ? [] : [{ object: onTarget(apply.role) }]),
  ),
  rule(
    ['target'],
    {
      id: 'apply-read-only',
      severity: 'blocker',
      reason: 'DMS could not write',
      fix: 'ALTER ROLE <apply role> SET default_transaction_read_only = off, on the target',
      page: PAGES.client,
    },
    ({ target: { apply } }) =>
      apply.readOnly === true
        ? [
            {
              object: onTarget(`default_transaction_read_only of ${apply.role}`),
              value: true,
              fix: `ALTER ROLE ${sqlWord(apply.role)} SET default_transaction_read_only = off, on the target`,
            },
          ]
        : [],
  ),
  rule(
    ['target'],
    {
      id: 'target-trigger',
      severity: 'blocker',
      reason: 'it fires for what DMS writes: the fence stops it, others do their work a second time',
      fix: "ALTER ROLE <apply role> SET session_replication_role = 'replica', or rds_superuser for it, on the target",
      page: PAGES.triggers,
    },
    ({ target: { apply, objects } }) =>
      objects.triggers
        .filter(({ enabled }) => enabled !== 'O' || !apply.exempt)
        // Enabled for replicas alone it fires for an exempt role only.
        .filter(({ enabled }) => enabled !== 'R' || apply.exempt)
        .map((trigger) => ({
          object: onTarget(labelOnTable(trigger)),
          value: { O: 'ENABLE', A: 'ENABLE ALWAYS', R: 'ENABLE REPLICA' }[trigger.enabled] ?? trigger.enabled,
          fix:
            trigger.enabled === 'O'
              ? exempt(apply.role)
              : `ALTER TABLE ${sqlTable(trigger)} ENABLE TRIGGER ${sqlWord(trigger.name)}, on the target`,
        })),
  ),
  rule(
    ['target'],
    {
      id: 'target-foreign-key',
      severity: 'blocker',
      reason: 'tables are loaded side by side: a row that comes before the one that it refers to is refused',
      fix: "ALTER ROLE <apply role> SET session_replication_role = 'replica', or rds_superuser for it, on the target",
      page: PAGES.assessments,
    },
    ({ target: { apply, objects } }) =>
      apply.exempt
        ? []
        : objects.foreignKeys.map((key) => ({ object: onTarget(labelOnTable(key)), fix: exempt(apply.role) })),
  ),
  rule(
    ['target'],
    {
      id: 'target-index',
      severity: 'warning',
      reason: 'indexes beside the primary key slow the load down many times; DMS advises against them',
      fix: 'DROP INDEX <index>, on the target, and build it after the load (the part post-data)',
      page: PAGES.assessments,
    },
    ({ target: { objects } }) =>
      objects.secondaryIndexes.map((index) => ({
        object: onTarget(labelOnTable(index)),
        fix: `DROP INDEX ${sqlName(index)}, on the target, and build it after the load (the part post-data)`,
      })),
  ),
  rule(
    ['target'],
    {
      id: 'target-identity-always',
      severity: 'blocker',
      reason: "it refuses DMS's INSERT of a value: changes of the table stop the task",
      fix: 'ALTER TABLE <table> ALTER COLUMN <column> SET GENERATED BY DEFAULT, on the target, until the cutover',
      page: PAGES.identityColumns,
    },
    ({ target: { columns } }) =>
      columns
        .filter(({ identity }) => identity === 'always')
        .map((column) => ({
          object: onTarget(labelOfColumn(column)),
          fix: `ALTER TABLE ${sqlName(column)} ALTER COLUMN ${sqlWord(column.column)} SET GENERATED BY DEFAULT, on the target, until the cutover`,
        })),
  ),
  rule(
    ['columns', 'target'],
    {
      id: 'collation-differs',
      severity: 'warning',
      reason:
        'both sides may sort the text differently: ORDER BY, ranges and unique keys of equivalent texts differ, and DMS validation reports rows',
      fix: 'COLLATE "C" for identifiers on both sides; HandleCollationDiff for the validation of the rest',
      page: PAGES.auroraCollations,
    },
    ({ columns, target }) => {
      const there = new Map(target.columns.map((column) => [labelOfColumn(column), column.collation]));
      return columns.flatMap((column): Hit[] => {
        const collation = there.get(labelOfColumn(column));
        if (column.collation === undefined || collation === undefined) return [];
        if (sortAlike(column.collation, collation)) return [];
        return [
          { object: labelOfColumn(column), value: `${describe(column.collation)}, target ${describe(collation)}` },
        ];
      });
    },
  ),
  rule(
    ['columns'],
    {
      id: 'collation-key',
      severity: 'info',
      reason: "a key that sorts by a library's rules sorts differently where the library has another version",
      fix: 'ALTER TABLE <table> ALTER COLUMN <column> TYPE <type> COLLATE "C", on both sides',
      page: PAGES.collations,
    },
    ({ columns }) =>
      columns
        .filter(({ unique, collation }) => unique && collation !== undefined && !isByteOrder(collation))
        .map((column) => ({
          object: labelOfColumn(column),
          ...(column.collation === undefined ? {} : { value: describe(column.collation) }),
          fix: `ALTER TABLE ${sqlName(column)} ALTER COLUMN ${sqlWord(column.column)} TYPE ${column.type} COLLATE "C", on both sides`,
        })),
  ),
  rule(
    ['tables', 'target'],
    {
      id: 'target-table',
      severity: 'blocker',
      reason: 'the target has no such table: DMS would make it without defaults, keys and exact types',
      fix: 'create it first: pg_dump --section=pre-data, or the part pre-data of ledger-migration',
      page: PAGES.target,
    },
    ({ tables, target }) => {
      const there = new Set(target.tables.map(label));
      return tables
        .filter((table) => table.kind !== 'foreign' && !there.has(label(table)))
        .map((table) => ({ object: onTarget(label(table)) }));
    },
  ),
];

const exempt = (role: string): string =>
  `ALTER ROLE ${sqlWord(role)} SET session_replication_role = 'replica', or GRANT rds_superuser TO ${sqlWord(role)}, on the target`;
