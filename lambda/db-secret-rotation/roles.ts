import { escapeIdentifier, escapeLiteral } from 'pg';
import { scramVerifier } from '../shared/postgres/scram';
import { RotationRefused } from './refusal';
import type { RoleSession, Row } from './role-session';

/** The user that gets a new password, and the one that it must be like. */
export interface UserToProvide {
  /** The user in use. It is only read. */
  readonly present: string;
  /** The user that comes next. */
  readonly next: string;
  /** The next user's new password. */
  readonly password: string;
}

/**
 * Makes the next user like the present one and gives it its password, in one transaction: where its password works, all the
 * rest is done too. Everything may be there already. Memberships are added, never taken away.
 * @param master a session that may create roles, and grant the groups of the present user
 * @throws RotationRefused when the present user is missing, or the next one has powers of its own
 */
export async function provideUser(master: RoleSession, user: UserToProvide): Promise<void> {
  await master.query('BEGIN');
  try {
    // One at a time, for two that change one role at once fail each other.
    await master.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [user.next]);
    await createUser(master, user);
    await copyMemberships(master, user);
    await copySettings(master, user);
    // Not the password but what PostgreSQL makes of it: statements are logged.
    await master.query(
      `ALTER ROLE ${escapeIdentifier(user.next)} LOGIN VALID UNTIL 'infinity' PASSWORD ${escapeLiteral(scramVerifier(user.password))}`,
    );
    await master.query('COMMIT');
  } catch (error) {
    await master.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function createUser(master: RoleSession, { present, next }: UserToProvide): Promise<void> {
  const rows = await master.query(
    `SELECT rolname AS name, rolinherit AS inherit, rolconnlimit::text AS "limit",
            rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AS powerful
       FROM pg_roles WHERE rolname IN ($1, $2)`,
    [present, next],
  );
  const [from, to] = [present, next].map((user) => rows.find(({ name }) => name === user));
  if (from === undefined) {
    throw new RotationRefused(`the user ${present} must exist in the database, it does not; run ledger-migration`);
  }
  const powerful = rows.find((row) => row['powerful'] === true);
  if (powerful !== undefined) {
    throw new RotationRefused(
      `the user ${String(powerful['name'])} must have no powers of its own (superuser, createrole, createdb, replication, bypassrls), it has; take them away`,
    );
  }
  const options = `${from['inherit'] === true ? 'INHERIT' : 'NOINHERIT'} CONNECTION LIMIT ${String(from['limit'])}`;
  await master.query(`${to === undefined ? 'CREATE' : 'ALTER'} ROLE ${escapeIdentifier(next)} ${options}`);
}

/** The groups of $1 that $2 is not in. From version 16 on a membership has options, and may be there once per grantor. */
const MISSING_MEMBERSHIPS = `
  SELECT g.rolname AS name,
         bool_or((to_jsonb(m) ->> 'inherit_option')::boolean) AS inherit,
         bool_or((to_jsonb(m) ->> 'set_option')::boolean) AS "set"
    FROM pg_auth_members m
    JOIN pg_roles g ON g.oid = m.roleid
    JOIN pg_roles u ON u.oid = m.member AND u.rolname = $1
   WHERE NOT EXISTS (SELECT FROM pg_auth_members n JOIN pg_roles o ON o.oid = n.member AND o.rolname = $2
                      WHERE n.roleid = m.roleid)
   GROUP BY g.rolname ORDER BY g.rolname`;

async function copyMemberships(master: RoleSession, { present, next }: UserToProvide): Promise<void> {
  for (const { name, inherit, set } of await master.query(MISSING_MEMBERSHIPS, [present, next])) {
    const options = inherit === null ? '' : ` WITH INHERIT ${String(inherit)}, SET ${String(set)}`;
    await master.query(`GRANT ${escapeIdentifier(String(name))} TO ${escapeIdentifier(next)}${options}`);
  }
}

/** Settings (`ALTER ROLE … SET`) of a user: for all databases (none named) and for single ones. */
const SETTINGS = `
  SELECT d.datname AS database, split_part(c, '=', 1) AS name, substr(c, strpos(c, '=') + 1) AS value
    FROM pg_db_role_setting s
    JOIN pg_roles u ON u.oid = s.setrole AND u.rolname = $1
    LEFT JOIN pg_database d ON d.oid = s.setdatabase
    CROSS JOIN LATERAL unnest(s.setconfig) AS c
   ORDER BY 1, 2`;

async function copySettings(master: RoleSession, { present, next }: UserToProvide): Promise<void> {
  const wanted = await master.query(SETTINGS, [present]);
  const found = await master.query(SETTINGS, [next]);
  const differs = (row: Row, rows: readonly Row[]): boolean =>
    !rows.some((other) => (['database', 'name', 'value'] as const).every((field) => other[field] === row[field]));
  const named = (row: Row): string => {
    const place = row['database'] === null ? '' : ` IN DATABASE ${escapeIdentifier(String(row['database']))}`;
    return `ALTER ROLE ${escapeIdentifier(next)}${place}`;
  };
  for (const row of found.filter((setting) => differs(setting, wanted))) {
    await master.query(`${named(row)} RESET ${escapeIdentifier(String(row['name']))}`);
  }
  for (const row of wanted.filter((setting) => differs(setting, found))) await copySetting(master, row, named(row));
}

/** As a literal a list such as search_path would become one name with a comma, so the value goes through the session. */
async function copySetting(master: RoleSession, { name, value }: Row, role: string): Promise<void> {
  const setting = String(name);
  const [before] = await master.query('SELECT current_setting($1, true) AS value', [setting]);
  await master.query('SELECT set_config($1, $2, true)', [setting, String(value)]);
  await master.query(`${role} SET ${escapeIdentifier(setting)} FROM CURRENT`);
  await master.query('SELECT set_config($1, $2, true)', [setting, String(before?.['value'] ?? '')]);
}
