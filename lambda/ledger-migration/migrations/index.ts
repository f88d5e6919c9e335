import uniqueRequest from './post-data/0001_unique_request.sql';
import foreignKeys from './post-data/0002_foreign_keys.sql';
import indexes from './post-data/0003_indexes.sql';
import balance from './post-data/0004_balance.sql';
import timeOrder from './post-data/0005_time_order.sql';
import roles from './pre-data/0001_roles.sql';
import tables from './pre-data/0002_tables.sql';
import writerEpoch from './pre-data/0003_writer_epoch.sql';
import fence from './pre-data/0004_fence.sql';
import migrationControl from './pre-data/0005_migration_control.sql';

/** The parts of the schema, in their order: what a table needs to take rows, and what is faster made after the rows. */
export const PARTS = ['pre-data', 'post-data'] as const;

export type Part = (typeof PARTS)[number];

/** One file of SQL, run in one transaction, once. */
export interface Migration {
  readonly part: Part;
  /** The file's name without its ending. Its number is its place within its part. */
  readonly name: string;
  readonly sql: string;
}

/** The ledger's schema, the same on both sides. A file that was released never changes: a change is a new file. */
export const MIGRATIONS: readonly Migration[] = [
  { part: 'pre-data', name: '0001_roles', sql: roles },
  { part: 'pre-data', name: '0002_tables', sql: tables },
  { part: 'pre-data', name: '0003_writer_epoch', sql: writerEpoch },
  { part: 'pre-data', name: '0004_fence', sql: fence },
  { part: 'pre-data', name: '0005_migration_control', sql: migrationControl },
  { part: 'post-data', name: '0001_unique_request', sql: uniqueRequest },
  { part: 'post-data', name: '0002_foreign_keys', sql: foreignKeys },
  { part: 'post-data', name: '0003_indexes', sql: indexes },
  { part: 'post-data', name: '0004_balance', sql: balance },
  { part: 'post-data', name: '0005_time_order', sql: timeOrder },
];
