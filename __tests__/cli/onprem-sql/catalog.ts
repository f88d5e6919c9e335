import type { ClientConfig } from 'pg';
import { withClient } from '../../support/ledger-database';

const GRANT = "concat_ws(' ', a.grantor::regrole, a.grantee::regrole, a.privilege_type, a.is_grantable)";
/** What a server and a database say of themselves, name by name; rights as they are in effect. */
const LINES = `
  SELECT 'schema ' || n.nspname || ' ' || r.rights AS line
  FROM pg_namespace AS n, LATERAL (SELECT string_agg(${GRANT}, ', ' ORDER BY ${GRANT}) AS rights
    FROM aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) AS a) AS r
  WHERE n.nspname !~ '^pg_(toast|temp)'
  UNION ALL
  SELECT 'relation ' || c.oid || ' ' || c.oid::regclass || ' ' || c.relowner::regrole || ' ' || coalesce(r.rights, '-')
  FROM pg_class AS c, LATERAL (SELECT string_agg(${GRANT}, ', ' ORDER BY ${GRANT}) AS rights
    FROM aclexplode(coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))) AS a) AS r
  WHERE c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
  UNION ALL
  SELECT 'trigger ' || oid || ' ' || pg_get_triggerdef(oid) || ' ' || tgenabled::text FROM pg_trigger
  UNION ALL
  SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
  WHERE connamespace::regnamespace::text !~ '^(pg_|information_schema)'
  UNION ALL
  SELECT 'function ' || oid || ' ' || pg_get_functiondef(oid) || proowner::regrole || coalesce(proacl::text, '-') FROM pg_proc
  WHERE pronamespace::regnamespace::text !~ '^(pg_|information_schema)'
  UNION ALL
  SELECT 'role ' || rolname || ' ' || concat_ws(' ', rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls)
    || ' ' || coalesce(shobj_description(oid, 'pg_authid'), '-') FROM pg_roles
  UNION ALL
  SELECT 'member ' || member::regrole || ' of ' || roleid::regrole FROM pg_auth_members
  UNION ALL
  SELECT 'setting ' || setrole::regrole || ' ' || setconfig::text FROM pg_db_role_setting
  UNION ALL
  SELECT 'default ' || defaclrole::regrole || ' ' || defaclnamespace::regnamespace || ' ' || defaclobjtype::text || ' ' || defaclacl::text
  FROM pg_default_acl
  UNION ALL
  SELECT 'published ' || pubname || ' ' || prrelid::regclass FROM pg_publication JOIN pg_publication_rel ON prpubid = pg_publication.oid
  UNION ALL
  SELECT 'slot ' || slot_name FROM pg_replication_slots
  ORDER BY 1`;

/** Lines in order: two lists are equal when nothing that they tell of was touched. */
export const catalogOf = (superuser: ClientConfig): Promise<readonly string[]> =>
  withClient(superuser, async (client) => (await client.query<{ line: string }>(LINES)).rows.map(({ line }) => line));
