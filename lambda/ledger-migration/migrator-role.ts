import sql from './roles/payments_migrator.sql';
import { inTransaction, type Session } from './session';

/** What the role of the cutover can do here. */
export interface MigratorRole {
  /** What is missing for the cutover to work here; empty when nothing is. */
  readonly problems: readonly string[];
}

interface State {
  readonly signals: boolean;
  readonly monitors: boolean;
  readonly replicates: boolean;
  readonly admits: boolean;
}

/** Since version 16 who alters a role must have been given it with ADMIN OPTION as well. Without the role, nothing is needed. */
const STATE = `
  SELECT pg_has_role('payments_migrator', 'pg_signal_backend', 'MEMBER') AS signals,
    pg_has_role('payments_migrator', 'pg_monitor', 'MEMBER') AS monitors,
    EXISTS (
      SELECT FROM pg_roles AS r WHERE (r.rolname = 'payments_migrator' AND r.rolreplication)
        OR (r.rolname = 'rds_replication' AND pg_has_role('payments_migrator', r.oid, 'MEMBER'))
    ) AS replicates,
    NOT EXISTS (
      SELECT FROM pg_roles AS apply
      JOIN pg_proc AS p ON p.oid = 'migration_control.admit_replication(boolean)'::regprocedure
      JOIN pg_roles AS o ON o.oid = p.proowner
      WHERE apply.rolname = 'dms_apply' AND NOT o.rolsuper AND NOT (o.rolcreaterole AND (
        current_setting('server_version_num')::int < 160000 OR pg_has_role(o.oid, apply.oid, 'MEMBER WITH ADMIN OPTION')
      ))
    ) AS admits`;

/** What each of them is for, and what a superuser (on Aurora: a member of rds_superuser) has to run. */
const PROBLEMS: readonly (readonly [keyof State, string])[] = [
  [
    'signals',
    'payments_migrator cannot end sessions: a writer that does not end keeps this side open; let a superuser run GRANT pg_signal_backend TO payments_migrator',
  ],
  [
    'monitors',
    'payments_migrator cannot see the sessions of others: slots and lag stay unknown; let a superuser run GRANT pg_monitor TO payments_migrator',
  ],
  [
    'replicates',
    'payments_migrator cannot make replication slots: the way back cannot be armed; let a superuser run ALTER ROLE payments_migrator REPLICATION, or on Aurora GRANT rds_replication TO payments_migrator',
  ],
  [
    'admits',
    'migration_control.admit_replication cannot alter dms_apply: this side cannot be opened; let a superuser run ALTER FUNCTION migration_control.admit_replication(boolean) OWNER TO <a role that made dms_apply, or a superuser>',
  ],
];

/** Gives the role of the cutover what it needs, as far as that is permitted here, and says what is missing. */
export async function ensureMigratorRole(session: Session): Promise<MigratorRole> {
  await inTransaction(session, () => session.query(sql));
  const { rows } = await session.query(STATE);
  const [state] = rows as [State];
  return { problems: PROBLEMS.filter(([right]) => !state[right]).map(([, problem]) => problem) };
}
