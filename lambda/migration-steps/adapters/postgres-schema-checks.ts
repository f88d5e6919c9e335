import type { Side } from '../../shared/authority/authority';
import { MISSING_PARTS } from '../../shared/ledger/statements';
import type { DatabaseSessions } from '../../shared/replication/sessions';
import type { SchemaChecks } from '../ports/schema-checks';

const LEDGER = 'payments';

/** Everything that is not in force in schemas of users, one sentence a row. $1: those whose tables must be fenced. */
const NOT_IN_FORCE = `
  WITH relations AS (
    SELECT c.oid, c.relkind, n.nspname AS schema, format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'migration_control')
  )
  SELECT format('the constraint %I of %s must be validated', k.conname, r.name) AS problem
  FROM relations AS r JOIN pg_catalog.pg_constraint AS k ON k.conrelid = r.oid WHERE NOT k.convalidated
  UNION ALL
  SELECT format('the index %I of %s must be valid', i.relname, r.name)
  FROM relations AS r JOIN pg_catalog.pg_index AS x ON x.indrelid = r.oid JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
  WHERE NOT (x.indisvalid AND x.indisready)
  UNION ALL
  SELECT format('the trigger %I of %s must be enabled for sessions of applications, got %s', t.tgname, r.name,
    CASE t.tgenabled WHEN 'D' THEN 'disabled' ELSE 'replicas only' END)
  FROM relations AS r JOIN pg_catalog.pg_trigger AS t ON t.tgrelid = r.oid
  WHERE t.tgenabled IN ('D', 'R') AND NOT (t.tgname = 'fence' AND NOT t.tgisinternal)
  UNION ALL
  SELECT format('the fence of %s must be a trigger in the default mode, got %s', r.name,
    CASE t.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replicas only' WHEN 'A' THEN 'always' ELSE 'none' END)
  FROM relations AS r LEFT JOIN pg_catalog.pg_trigger AS t
    ON t.tgrelid = r.oid AND NOT t.tgisinternal AND t.tgfoid = to_regproc('payments.fence')
  WHERE r.schema = ANY ($1::text[]) AND r.oid IS DISTINCT FROM to_regclass('payments.writer_epoch')
    AND t.tgenabled IS DISTINCT FROM 'O'
  UNION ALL
  SELECT format('the replicated schema %I must be there, got none', wanted)
  FROM unnest($1::text[]) AS wanted WHERE to_regnamespace(quote_ident(wanted)) IS NULL
  ORDER BY 1`;

/** The checks of a side's catalogs. Disabled triggers of foreign keys count as such: those are what enforces them. */
export class PostgresSchemaChecks implements SchemaChecks {
  /**
   * @param replicated the schemas that must be there with every table fenced, beside the ledger's; what else is asked for holds
   * for all but PostgreSQL's own
   */
  constructor(
    private readonly sessions: DatabaseSessions,
    private readonly replicated: readonly string[],
  ) {}

  problems(side: Side): Promise<readonly string[]> {
    return this.sessions[side].run(async (client) => {
      const fenced = [...new Set([LEDGER, ...this.replicated])];
      const found = await client.query<{ readonly problem: string }>(NOT_IN_FORCE, [fenced]);
      const missing = await client.query<{ readonly part: string }>(MISSING_PARTS);
      return [
        ...found.rows.map(({ problem }) => `${side}: ${problem}`),
        ...missing.rows.map(({ part }) => `${side}: the ledger must have ${part}, got none`),
      ];
    });
  }
}
