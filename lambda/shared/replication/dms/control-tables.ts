import { type Client, DatabaseError, escapeIdentifier } from 'pg';

/** DMS's own tables on a target, of which rows speak against a task. */
const TABLES = [
  { table: 'awsdms_apply_exceptions', time: 'error_time', what: 'changes that could not be applied' },
  { table: 'awsdms_suspended_tables', time: 'suspend_timestamp', what: 'tables that were suspended' },
] as const;

export interface ControlQuery {
  /** DMS's schema on the target. */
  readonly schema: string;
  /** As DMS writes it: the last part of the task's ARN, or its identifier. */
  readonly taskNames: readonly string[];
  /** Rows since then count: what was before it was dealt with, or the task would not have been started again. */
  readonly since: Date;
}

/**
 * What DMS noted on the target against a task. Columns are looked up, because DMS writes their names in capitals on some
 * versions. A table that DMS has not made yet is no problem, one that may not be read is.
 * @see https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TaskSettings.ControlTable.html
 */
export async function controlProblems(client: Client, query: ControlQuery): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const table of TABLES) problems.push(...(await problemsOf(client, query, table)));
  return problems;
}

const COLUMNS = `
  SELECT a.attname::text AS name
  FROM pg_attribute AS a
  JOIN pg_class AS c ON c.oid = a.attrelid
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND lower(c.relname) = $2 AND lower(a.attname) = ANY ($3) AND NOT a.attisdropped
  ORDER BY array_position($3::text[], lower(a.attname))
`;

async function problemsOf(
  client: Client,
  { schema, taskNames, since }: ControlQuery,
  { table, time, what }: (typeof TABLES)[number],
): Promise<readonly string[]> {
  const { rows: columns } = await client.query<{ name: string }>(COLUMNS, [schema, table, ['task_name', time]]);
  const [task, at] = columns;
  if (task === undefined || at === undefined) return [];
  try {
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int4 AS count FROM ${escapeIdentifier(schema)}.${escapeIdentifier(table)}
       WHERE lower(${escapeIdentifier(task.name)}) = ANY ($1) AND ${escapeIdentifier(at.name)}::timestamptz >= $2`,
      [taskNames.map((name) => name.toLowerCase()), since],
    );
    const count = rows[0]?.count ?? 0;
    return count === 0 ? [] : [`${schema}.${table} names ${count} ${what} since ${since.toISOString()}`];
  } catch (error) {
    if (!(error instanceof DatabaseError && error.code === '42501')) throw error;
    return [`${schema}.${table} must be readable, got no permission; grant SELECT on it`];
  }
}
