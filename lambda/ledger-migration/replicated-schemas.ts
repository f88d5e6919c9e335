import { ExplainedError } from '../shared/runtime/error-fields';
import fence from './schemas/fence.sql';
import lockTables from './schemas/lock-tables.sql';
import owners from './schemas/owners.sql';
import rights from './schemas/rights.sql';
import { inTransaction, type Session } from './session';

/** A schema that is replicated beside the ledger's own, as it is on this side. Its tables are their DBA's to make. */
export interface ReplicatedSchema {
  readonly schema: string;
  /** Whether it is there yet. */
  readonly present: boolean;
  /** How many tables it has, partitions as well. */
  readonly tables: number;
  /** How many of them are held by the fence. */
  readonly fenced: number;
  /** What keeps it from being replicated and held; empty when nothing does. */
  readonly problems: readonly string[];
}

interface State {
  readonly present: boolean;
  readonly tables: number;
  readonly fenced: number;
  readonly runBy: string;
  /** Owners whose rights the session does not have. */
  readonly foreignOwners: readonly string[];
  /** Tables with a trigger of the fence's name that is not the fence. */
  readonly otherFences: readonly string[];
}

const LEDGER = 'payments';

const STATE = `
  WITH relations AS (
    SELECT c.oid, c.relname, c.relkind, c.relowner FROM pg_class AS c
    WHERE c.relnamespace = to_regnamespace(quote_ident($1)) AND c.relkind IN ('r', 'p', 'S')
  ), fences AS (
    SELECT r.relname, t.tgfoid = 'payments.fence()'::regprocedure AS ours, t.tgenabled = 'O' AS holds
    FROM relations AS r JOIN pg_trigger AS t ON t.tgrelid = r.oid WHERE t.tgname = 'fence'
  )
  SELECT to_regnamespace(quote_ident($1)) IS NOT NULL AS present,
    current_user::text AS "runBy",
    (SELECT count(*)::int FROM relations WHERE relkind <> 'S') AS tables,
    (SELECT count(*)::int FROM fences WHERE ours AND holds) AS fenced,
    ARRAY(
      SELECT o.rolname::text FROM pg_roles AS o
      WHERE NOT pg_has_role(current_user, o.oid, 'USAGE') AND o.oid IN (
        SELECT relowner FROM relations UNION SELECT nspowner FROM pg_namespace WHERE nspname = $1
      )
      ORDER BY 1
    ) AS "foreignOwners",
    ARRAY(SELECT format('%I.%I', $1, relname) FROM fences WHERE NOT ours ORDER BY 1) AS "otherFences"`;

/** The tables were never free together. */
const BUSY = '55P03';

/**
 * Gives replication, comparison and cutover their rights on what is replicated beside the ledger, and fences it, as the bundle
 * for on-premises does. A schema that is not there yet is left for a later run.
 * @param schemas the replicated ones; the ledger's own among them is prepared by its files
 * @throws ExplainedError when tables were in use all the time; the others are done then
 */
export async function ensureReplicatedSchemas(
  session: Session,
  schemas: readonly string[],
): Promise<readonly ReplicatedSchema[]> {
  const found: ReplicatedSchema[] = [];
  const busy: string[] = [];
  for (const schema of new Set(schemas.filter((name) => name !== LEDGER))) {
    try {
      found.push(await ensureSchema(session, schema));
    } catch (error) {
      if ((error as { code?: unknown }).code !== BUSY) throw error;
      busy.push(schema);
    }
  }
  if (busy.length > 0) {
    throw new ExplainedError(
      `the tables of ${busy.join(', ')} must be free for a moment to be fenced, got none in 50 attempts; end long transactions (pg_stat_activity), then run this again`,
    );
  }
  return found;
}

async function ensureSchema(session: Session, schema: string): Promise<ReplicatedSchema> {
  if (!(await stateOf(session, schema)).present) {
    return { schema, present: false, tables: 0, fenced: 0, problems: [] };
  }
  await about(session, schema, owners);
  const before = await stateOf(session, schema);
  const problems = problemsOf(schema, before);
  if (problems.length > 0) return { schema, ...countsOf(before), problems };
  await about(session, schema, rights);
  await about(session, schema, `${lockTables}\n${fence}`);
  return { schema, ...countsOf(await stateOf(session, schema)), problems };
}

const countsOf = ({ present, tables, fenced }: State) => ({ present, tables, fenced });

const problemsOf = (schema: string, { runBy, foreignOwners, otherFences }: State): string[] => [
  ...foreignOwners.map(
    (owner) =>
      `${runBy} must be a member of ${owner}, an owner in the schema ${schema}: nothing of it was fenced; let who administers ${owner} run GRANT "${owner}" TO ${runBy}, then run this again`,
  ),
  ...otherFences.map(
    (table) => `the trigger fence of ${table} must be that of this migration, got another one; rename it`,
  ),
];

/** The files read the schemas from a setting of the transaction. */
const about = (session: Session, schema: string, sql: string): Promise<void> =>
  inTransaction(session, async () => {
    await session.query(`SELECT set_config('payment_migration.schemas', $1, true)`, [JSON.stringify([schema])]);
    await session.query(sql);
  });

async function stateOf(session: Session, schema: string): Promise<State> {
  const { rows } = await session.query(STATE, [schema]);
  const [state] = rows as [State];
  return state;
}
