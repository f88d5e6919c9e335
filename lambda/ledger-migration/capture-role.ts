import sql from './roles/dms_capture.sql';
import { inTransaction, type Session } from './session';

/** What DMS's role on the source can do here. */
export interface CaptureRole {
  /** What is missing for DMS to read here; empty when nothing is. */
  readonly problems: readonly string[];
}

interface State {
  readonly replicates: boolean;
  readonly waits: boolean;
}

const STATE = `
  SELECT
    EXISTS (
      SELECT FROM pg_roles AS r WHERE (r.rolname = 'dms_capture' AND r.rolreplication)
        OR (r.rolname = 'rds_replication' AND pg_has_role('dms_capture', r.oid, 'MEMBER'))
    ) AS replicates,
    EXISTS (
      SELECT FROM pg_db_role_setting AS s JOIN pg_roles AS r ON r.oid = s.setrole
      WHERE r.rolname = 'dms_capture' AND s.setdatabase = 0 AND 'idle_in_transaction_session_timeout=0' = ANY (s.setconfig)
    ) AS waits`;

/** What each of them is for, and what a superuser (on Aurora: a member of rds_superuser) has to run. */
const PROBLEMS: readonly (readonly [keyof State, string])[] = [
  [
    'replicates',
    'dms_capture cannot read replication slots: nothing can be replicated from here; let a superuser run ALTER ROLE dms_capture REPLICATION, or on Aurora GRANT rds_replication TO dms_capture',
  ],
  [
    'waits',
    'dms_capture may be ended while a transaction of it is idle: a load fails; let a superuser run ALTER ROLE dms_capture SET idle_in_transaction_session_timeout = 0',
  ],
];

/** Creates DMS's role on the source with its rights, as far as that is permitted here, and says what is missing. */
export async function ensureCaptureRole(session: Session): Promise<CaptureRole> {
  await inTransaction(session, () => session.query(sql));
  const { rows } = await session.query(STATE);
  const [state] = rows as [State];
  return { problems: PROBLEMS.filter(([right]) => !state[right]).map(([, problem]) => problem) };
}
