import { type Client, escapeIdentifier, escapeLiteral } from 'pg';
import type { Feed, TableName } from '../catalog/catalog';

/** Where a sequence stands: the value it last gave, or, before it gave any, the one that comes first. */
export interface SequenceState {
  readonly value: bigint;
  readonly isCalled: boolean;
}

/** What could be read, or why it could not. */
export type Reading<Value> = { readonly value: Value } | { readonly problem: string };

/** A relation's name in a statement. */
export const quoted = ({ schema, name }: TableName): string => `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;

/**
 * Reads a sequence itself: pg_sequences tells neither a first value that was set and not given yet, nor that it tells
 * nothing because the role may not read.
 */
export function readState(client: Client, sequence: TableName): Promise<Reading<SequenceState>> {
  return reading<SequenceState>(client, async () => {
    const { rows } = await client.query<{ readonly value: string; readonly isCalled: boolean }>(
      `SELECT last_value::text AS value, is_called AS "isCalled" FROM ${quoted(sequence)}`,
    );
    const [row] = rows;
    return row === undefined ? { problem: 'it has no state' } : { value: { ...row, value: BigInt(row.value) } };
  });
}

/**
 * The furthest value that a column holds, also in partitions and in tables that inherit it: by a round trip to the index
 * where it has one, else by a scan.
 * @returns null where there is no such column, or no value in it
 */
export function readFurthest(client: Client, feed: Feed, descending: boolean): Promise<Reading<bigint | null>> {
  return reading<bigint | null>(client, async () => {
    const type = await readType(client, feed);
    if (type === undefined) return { value: null };
    if (!WHOLE_NUMBERS.includes(type))
      return { problem: `it is of type ${type}, whose values are no numbers of a sequence` };
    const column = escapeIdentifier(feed.column);
    const [furthest, away] = descending ? ['min', 'floor'] : ['max', 'ceil'];
    const value = type === 'numeric' ? `${away}(${furthest}(${column}))` : `${furthest}(${column})`;
    const { rows } = await client.query<{ readonly value: string | null }>(
      `SELECT (${value})::text AS value FROM ${quoted(feed)}`,
    );
    const text = rows[0]?.value ?? null;
    if (text === null) return { value: null };
    return /^-?\d+$/.test(text) ? { value: BigInt(text) } : { problem: `it holds ${text}` };
  });
}

const WHOLE_NUMBERS = ['int2', 'int4', 'int8', 'numeric'];

/** The type below any domain. By names: asking for a table that is not there, or not to be seen, is no error. */
async function readType(client: Client, { schema, name, column }: Feed): Promise<string | undefined> {
  const { rows } = await client.query<{ readonly type: string }>(
    `WITH RECURSIVE base (oid) AS (
       SELECT a.atttypid FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
       JOIN pg_namespace AS n ON n.oid = c.relnamespace
       WHERE n.nspname = $1 AND c.relname = $2 AND a.attname = $3 AND a.attnum > 0 AND NOT a.attisdropped
       UNION ALL SELECT t.typbasetype FROM base JOIN pg_type AS t ON t.oid = base.oid WHERE t.typtype = 'd'
     )
     SELECT t.typname AS type FROM base JOIN pg_type AS t ON t.oid = base.oid WHERE t.typtype <> 'd'`,
    [schema, name, column],
  );
  return rows[0]?.type;
}

/** An error is a reason, not the end of the comparison: inside a transaction of the caller it is undone to here. */
async function reading<Value>(client: Client, read: () => Promise<Reading<Value>>): Promise<Reading<Value>> {
  const inTransaction = client.getTransactionStatus() === 'T';
  try {
    if (inTransaction) await client.query('SAVEPOINT reading');
    const result = await read();
    if (inTransaction) await client.query('RELEASE SAVEPOINT reading');
    return result;
  } catch (error) {
    // A connection that is lost fails here too; the next reading says so again.
    if (inTransaction) await client.query('ROLLBACK TO SAVEPOINT reading').catch(() => undefined);
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** The statement that sets a sequence, so that the next value is the one after. */
export const setvalStatement = (sequence: TableName, value: bigint): string =>
  `SELECT pg_catalog.setval(${escapeLiteral(quoted(sequence))}::pg_catalog.regclass, ${value}, true)`;
