import { type Client, escapeIdentifier } from 'pg';
import type { ColumnFact, Measurement, TableFact } from '../facts-model';
import { lobSizeFactor, lobSizeKib } from '../lob-types';
import type { Unknown } from '../model';
import { sqlName, sqlWord } from '../names';
import { type Reading, rowOf } from './probe';

const MEBIBYTE = 1024 * 1024;

export interface MeasureOptions {
  readonly upToMib: number;
  readonly all: boolean;
  readonly timeoutMs: number;
  /** The role that looks. */
  readonly user: string;
}

const isLob = ({ baseType }: ColumnFact): boolean => lobSizeFactor(baseType) !== undefined;
const isTime = ({ baseType }: ColumnFact): boolean => /^(date|timestamp)\b/.test(baseType) && !baseType.endsWith('[]');

/**
 * Reads each table that has LOBs or times once, when it is small enough or asked for: the longest LOB and whether a time is
 * infinite. One short read-only transaction a table, with a time limit.
 */
export async function measureTables(
  client: Client,
  tables: readonly TableFact[],
  columns: readonly ColumnFact[],
  { upToMib, all, timeoutMs, user }: MeasureOptions,
): Promise<Reading<Measurement[]>> {
  const value: Measurement[] = [];
  const unknown: Unknown[] = [];
  for (const table of tables) {
    const own = columns.filter(
      (column) => column.schema === table.schema && column.name === table.name && (isLob(column) || isTime(column)),
    );
    // A partitioned table's rows are its partitions', which are listed on their own; a foreign table's are elsewhere.
    if (own.length === 0 || table.kind === 'partitioned' || table.kind === 'foreign') continue;
    if (!all && table.bytes > upToMib * MEBIBYTE) {
      value.push(...own.map((column) => ({ ...nameOf(column), skipped: 'size' as const })));
      continue;
    }
    try {
      value.push(...(await measureTable(client, table, own, timeoutMs)));
    } catch (error) {
      value.push(...own.map((column) => ({ ...nameOf(column), skipped: 'error' as const })));
      unknown.push(...unmeasured(table, own, error, user));
    }
  }
  return { value, unknown };
}

const nameOf = ({ schema, name, column }: ColumnFact) => ({ schema, name, column });

async function measureTable(
  client: Client,
  { schema, name }: TableFact,
  columns: readonly ColumnFact[],
  timeoutMs: number,
): Promise<Measurement[]> {
  const expressions = columns.map((column, index) => {
    const quoted = escapeIdentifier(column.column);
    // A bytea is as long as it is; its text would be twice that.
    const length = column.baseType === 'bytea' ? `octet_length(${quoted})` : `octet_length(${quoted}::text)`;
    return isLob(column) ? `max(${length})::float8 AS c${index}` : `bool_or(NOT isfinite(${quoted})) AS c${index}`;
  });
  await client.query('BEGIN READ ONLY');
  try {
    await client.query("SELECT set_config('statement_timeout', $1, true)", [`${timeoutMs}`]);
    const row = await rowOf<Record<string, number | boolean | null>>(
      client,
      `SELECT ${expressions.join(', ')} FROM ONLY ${escapeIdentifier(schema)}.${escapeIdentifier(name)}`,
    );
    return columns.map((column, index) => measured(column, row[`c${index}`] ?? null));
  } finally {
    // Where that fails too, the next statement says why.
    await client.query('ROLLBACK').catch(() => undefined);
  }
}

/** An empty table has no longest value and no infinite time. */
function measured(column: ColumnFact, found: number | boolean | null): Measurement {
  if (!isLob(column)) return { ...nameOf(column), infinite: found === true };
  const longestBytes = typeof found === 'number' ? found : 0;
  return { ...nameOf(column), longestBytes, lobSizeKib: lobSizeKib(column.baseType, longestBytes) };
}

function unmeasured(table: TableFact, columns: readonly ColumnFact[], error: unknown, user: string): Unknown[] {
  const object = `${table.schema}.${table.name}`;
  const reason = `its rows could not be read: ${error instanceof Error ? error.message : String(error)}`;
  const fix = table.readable
    ? 'give reading more time (--measure-timeout), or look when nothing locks the table'
    : `GRANT SELECT ON ${sqlName(table)} TO ${sqlWord(user)}, and USAGE on its schema`;
  return [
    ...(columns.some(isLob) ? [{ id: 'lob-length', object, reason, fix }] : []),
    ...(columns.some(isTime) ? [{ id: 'infinite-time', object, reason, fix }] : []),
  ];
}
