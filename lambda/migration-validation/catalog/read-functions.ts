import type { Client } from 'pg';
import type { Grant, Routine } from './catalog';
import { grantsFrom } from './read-definitions';
import { groupBy, type Scope } from './scope';

/** What triggers, defaults, constraints, indexes and policies of tables, and constraints of domains, refer to. */
const USED = `
  SELECT t.tgfoid AS oid FROM pg_trigger AS t WHERE t.tgrelid = ANY ($1::oid[]) AND NOT t.tgisinternal
  UNION
  SELECT d.refobjid FROM pg_depend AS d
  WHERE d.refclassid = 'pg_proc'::regclass AND (
    d.classid = 'pg_attrdef'::regclass
      AND d.objid IN (SELECT ad.oid FROM pg_attrdef AS ad WHERE ad.adrelid = ANY ($1::oid[]))
    OR d.classid = 'pg_constraint'::regclass
      AND d.objid IN (SELECT con.oid FROM pg_constraint AS con WHERE con.conrelid = ANY ($1::oid[]) OR con.contypid <> 0)
    OR d.classid = 'pg_class'::regclass
      AND d.objid IN (SELECT i.indexrelid FROM pg_index AS i WHERE i.indrelid = ANY ($1::oid[]))
    OR d.classid = 'pg_class'::regclass AND d.objid = ANY ($1::oid[])
    OR d.classid = 'pg_policy'::regclass
      AND d.objid IN (SELECT p.oid FROM pg_policy AS p WHERE p.polrelid = ANY ($1::oid[]))
    OR d.classid = 'pg_rewrite'::regclass
      AND d.objid IN (SELECT r.oid FROM pg_rewrite AS r WHERE r.ev_class = ANY ($1::oid[])))`;

/** Functions that are neither PostgreSQL's nor an extension's; aggregates have no text. */
const CANDIDATES = `
  SELECT p.oid, n.nspname AS schema, p.proname AS name,
    format('%s(%s)', p.proname, pg_get_function_identity_arguments(p.oid)) AS signature, p.prosrc AS body,
    pg_get_functiondef(p.oid) AS definition, pg_get_userbyid(p.proowner) AS owner, p.oid = ANY ($1::oid[]) AS used
  FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
  WHERE p.prokind <> 'a' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND (p.oid = ANY ($1::oid[]) OR n.nspname = ANY ($2::text[]))
    AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
  ORDER BY n.nspname COLLATE "C", p.proname COLLATE "C", pg_get_function_identity_arguments(p.oid) COLLATE "C"`;

interface FunctionRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly signature: string;
  readonly body: string;
  readonly definition: string;
  readonly owner: string;
  readonly used: boolean;
}

/**
 * The functions that tables use, and those of the schemas that these call in turn. PostgreSQL keeps no record of calls inside
 * a body: a name followed by a parenthesis counts as one, which may take in a function too many, and then compares it too.
 */
export async function readFunctions(
  { client, tables }: Scope,
  schemas: readonly string[],
): Promise<{ readonly functions: readonly Routine[]; readonly unusedFunctions: readonly Routine[] }> {
  const used = await client.query<{ readonly oid: number }>(USED, [tables]);
  const { rows } = await client.query<FunctionRow>(CANDIDATES, [used.rows.map(({ oid }) => oid), schemas]);
  const grants = await readGrants(
    client,
    rows.map(({ oid }) => oid),
  );
  const routine = ({ oid, schema, name, signature, definition, owner }: FunctionRow): Routine => ({
    ...{ schema, name, signature, definition, owner },
    grants: grants.get(oid) ?? [],
  });
  const reached = reachable(rows);
  return {
    functions: rows.filter((row) => reached.has(row)).map(routine),
    unusedFunctions: rows.filter((row) => !reached.has(row)).map(routine),
  };
}

function reachable(candidates: readonly FunctionRow[]): ReadonlySet<FunctionRow> {
  const found = new Set(candidates.filter(({ used }) => used));
  // A set gives what is added while it is gone through.
  for (const caller of found) {
    const called = new Set([...caller.body.matchAll(/([\p{L}_][\p{L}\p{N}_$]*)"?\s*\(/gu)].map(([, name]) => name));
    for (const candidate of candidates) if (called.has(candidate.name)) found.add(candidate);
  }
  return found;
}

const GRANTS = grantsFrom(
  `(SELECT oid, proowner AS owner, coalesce(proacl, acldefault('f', proowner)) AS acl FROM pg_proc WHERE oid = ANY ($1::oid[])) AS o`,
);

async function readGrants(client: Client, oids: readonly number[]): Promise<ReadonlyMap<number, readonly Grant[]>> {
  const { rows } = await client.query<Grant & { readonly table: number }>(`${GRANTS} ORDER BY 1, 2, 3`, [oids]);
  const groups = groupBy(rows, ({ table }) => table);
  return new Map([...groups].map(([oid, all]) => [oid, all.map(({ grantee, privilege }) => ({ grantee, privilege }))]));
}
