import type { Client } from 'pg';
import { parseTablePattern } from '../../catalog/selection';
import type { Unknown } from '../model';

/** The rows of a statement. What they are is the statement's to keep. */
export const rowsOf = async <Row>(client: Client, sql: string, values: readonly unknown[] = []): Promise<Row[]> =>
  (await client.query(sql, [...values])).rows as Row[];

/** The only row of a statement. */
export async function rowOf<Row>(client: Client, sql: string, values: readonly unknown[] = []): Promise<Row> {
  const [row] = await rowsOf<Row>(client, sql, values);
  if (row === undefined) throw new Error('the server gave no row');
  return row;
}

/** What was read, and what of it could not be. */
export interface Reading<Value> {
  readonly value: Value;
  readonly unknown: readonly Unknown[];
}

/** Which tables are looked at. */
export interface Selection {
  /** @default all but PostgreSQL's own, DMS's and those of the ledger's migrations and its cutover */
  readonly schemas?: readonly string[];
  /** `schema.table`, `schema.*` or `*.table`, as for the comparison. */
  readonly excludeTables: readonly string[];
}

/** The schema that DMS keeps its own tables in, on both sides. */
export const CONTROL_SCHEMA = 'awsdms_control';
/** Says which side may be written; local to each, so no table of a replication. */
export const WRITER_EPOCH = 'writer_epoch';

/** A condition on `n.nspname` (and `c.relname`) with the parameters $1, $2: the selected schemas, the excluded tables. */
export const SELECTED_SCHEMA = `(
  CASE WHEN $1::text[] IS NULL
    THEN n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND n.nspname NOT IN ('${CONTROL_SCHEMA}', 'ledger_control', 'migration_control')
    ELSE n.nspname = ANY ($1::text[])
  END
)`;
export const SELECTED_TABLE = `(
  ${SELECTED_SCHEMA} AND c.relname <> '${WRITER_EPOCH}' AND c.relname !~ '^awsdms_'
  AND NOT EXISTS (
    SELECT FROM jsonb_array_elements($2::jsonb) AS x
    WHERE coalesce(x->>'schema', n.nspname::text) = n.nspname::text AND coalesce(x->>'name', c.relname::text) = c.relname::text
  )
  -- What belongs to an extension comes with it.
  AND NOT EXISTS (
    SELECT FROM pg_depend AS d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  )
)`;
/** @throws Error for what is no pattern of tables */
export const selectionValues = ({ schemas, excludeTables }: Selection): unknown[] => [
  schemas ?? null,
  JSON.stringify(excludeTables.map(parseTablePattern)),
];

/** The values without those that are null: JSON has an absent key for them. */
export const withoutNulls = <Row extends object>(row: Row): { [Key in keyof Row]: Exclude<Row[Key], null> } =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as {
    [Key in keyof Row]: Exclude<Row[Key], null>;
  };
