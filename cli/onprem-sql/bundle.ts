import { escapeLiteral } from 'pg';
import { checksumOf, HISTORY, idOf } from '../../lambda/ledger-migration/migrate';
import { type Migration, MIGRATIONS } from '../../lambda/ledger-migration/migrations';
import applyRole from '../../lambda/ledger-migration/roles/dms_apply.sql';
import captureRole from '../../lambda/ledger-migration/roles/dms_capture.sql';
import migratorRole from '../../lambda/ledger-migration/roles/payments_migrator.sql';
import fence from '../../lambda/ledger-migration/schemas/fence.sql';
import lockTables from '../../lambda/ledger-migration/schemas/lock-tables.sql';
import schemaRights from '../../lambda/ledger-migration/schemas/rights.sql';
import { BUNDLE_ROLES } from './roles';
import checkServer from './sql/check-server.sql';
import ourSlots from './sql/our-slots.sql';
import prepare from './sql/prepare.sql';
import publication from './sql/publication.sql';
import report from './sql/report.sql';
import undo from './sql/undo.sql';
import undoCheck from './sql/undo-check.sql';
import writerRow from './sql/writer-row.sql';

export interface BundleOptions {
  /** The schemas that are replicated; `payments`, which holds the ledger, always is. */
  readonly schemas: readonly string[];
  /** What the names of native replication begin with. @default there is none: DMS replicates */
  readonly prefix?: string;
}

/** What is made here carries it as its comment, so that an undo knows it. */
const MARK = 'made for the payment migration, and removed with it';

/**
 * What a DBA runs on the on-premises server: everything that the migration needs there, in one transaction. Run again it changes
 * nothing that is there. The ledger, the roles, their rights and the fence are those that Aurora gets, from the same files.
 */
export const bundleSql = ({ schemas, prefix }: BundleOptions): string =>
  [
    '-- The on-premises side of the payment migration: docs/on-premises.md. All of it or nothing; safe to run again.',
    '-- It holds no password. Run it as a superuser, in the database of the ledger, with ON_ERROR_STOP.',
    ...opening({ schemas: [...new Set(['payments', ...schemas])], prefix }),
    checkServer,
    "-- One run at a time, of this and of what migrates the ledger.\nDO 'BEGIN PERFORM pg_advisory_xact_lock(7236491, 1); END';",
    prepare,
    HISTORY.trim(),
    historyCheck(),
    ...MIGRATIONS.map(migrationSql),
    writerRow,
    ...[captureRole, applyRole, migratorRole].flatMap((role) => [role, 'SET LOCAL ROLE NONE;']),
    schemaRights,
    ...(prefix === undefined ? [] : [publication]),
    lockTables,
    fence,
    'COMMIT;',
    report,
  ]
    .map((part) => part.trim())
    .join('\n\n');

/** Takes away what the bundle made, and leaves what was booked. */
export const undoSql = (): string =>
  [
    '-- Removes the on-premises side of the payment migration: docs/on-premises.md. All of it or nothing; safe to run again.',
    '-- It opens the database to everybody who had rights before. Settings of the server stay as they are.',
    ...opening({ schemas: [] }),
    ourSlots,
    undoCheck,
    lockTables,
    undo,
    'COMMIT;',
  ]
    .map((part) => part.trim())
    .join('\n\n');

function opening({ schemas, prefix = '' }: BundleOptions): string[] {
  const settings = {
    search_path: 'pg_catalog, pg_temp',
    client_min_messages: 'warning',
    'payment_migration.mark': escapeLiteral(MARK),
    'payment_migration.schemas': escapeLiteral(JSON.stringify(schemas)),
    'payment_migration.prefix': escapeLiteral(prefix),
    'payment_migration.roles': escapeLiteral(JSON.stringify(BUNDLE_ROLES)),
  };
  return [
    'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;',
    "-- It gives up before a writer would: a deadlock is looked for after a second.\nSET LOCAL lock_timeout = '500ms';",
    Object.entries(settings)
      .map(([name, value]) => `SET LOCAL ${name} = ${value};`)
      .join('\n'),
  ];
}

function historyCheck(): string {
  const files = MIGRATIONS.map((each) => `(${escapeLiteral(idOf(each))}, ${escapeLiteral(checksumOf(each))})`);
  return `-- The history of the ledger must be that of these files.
DO $history$
DECLARE
  other text;
BEGIN
  SELECT string_agg(m.name, ', ' ORDER BY m.name) INTO other
  FROM ledger_control.migrations AS m
  WHERE (m.name, m.checksum) NOT IN (VALUES
    ${files.join(',\n    ')}
  );
  IF other IS NOT NULL THEN
    RAISE EXCEPTION 'nothing was changed: the ledger''s history must fit its files, got others for %; use the release that made them', other;
  END IF;
END
$history$;`;
}

/** A file as it is, once. */
function migrationSql(migration: Migration): string {
  const { sql } = migration;
  for (const tag of ['$file$', '$once$']) {
    if (sql.includes(tag)) throw new Error(`${idOf(migration)} must not hold ${tag}, which encloses it`);
  }
  const name = escapeLiteral(idOf(migration));
  return `DO $once$
BEGIN
  IF NOT EXISTS (SELECT FROM ledger_control.migrations WHERE name = ${name}) THEN
    EXECUTE $file$
${sql.trim()}
$file$;
    SET LOCAL ROLE NONE;
    INSERT INTO ledger_control.migrations (name, checksum)
    VALUES (${name}, ${escapeLiteral(checksumOf(migration))});
  END IF;
END
$once$;`;
}
