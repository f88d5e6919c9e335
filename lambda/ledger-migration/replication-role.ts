import sql from './roles/dms_apply.sql';
import { inTransaction, type Session } from './session';

/** What DMS's role on the target can do. */
export interface ReplicationRole {
  /** Whether its sessions pass the fence by themselves, by a setting of the role. */
  readonly runsAsReplica: boolean;
  /** Whether it is a member of rds_superuser, and so may ask for that in its session, as DMS's endpoint does. */
  readonly rdsSuperuser: boolean;
  /** What is missing for DMS to write here; empty when nothing is. */
  readonly problems: readonly string[];
}

const STATE = `
  SELECT
    EXISTS (
      SELECT FROM pg_db_role_setting AS s JOIN pg_roles AS r ON r.oid = s.setrole
      WHERE r.rolname = 'dms_apply' AND s.setdatabase = 0 AND 'session_replication_role=replica' = ANY (s.setconfig)
    ) AS "runsAsReplica",
    EXISTS (
      SELECT FROM pg_roles AS r
      WHERE r.rolname = 'rds_superuser' AND pg_has_role('dms_apply', r.oid, 'MEMBER')
    ) AS "rdsSuperuser"
`;

/** Creates DMS's role on the target with its rights, as far as that is permitted here, and says what it has. */
export async function ensureReplicationRole(session: Session): Promise<ReplicationRole> {
  await inTransaction(session, () => session.query(sql));
  const { rows } = await session.query(STATE);
  const [{ runsAsReplica, rdsSuperuser }] = rows as [Omit<ReplicationRole, 'problems'>];
  const problems =
    runsAsReplica || rdsSuperuser
      ? []
      : [
          'dms_apply cannot run with session_replication_role = replica: the fence will stop replication; let a superuser run ALTER ROLE dms_apply SET session_replication_role = replica, or grant it rds_superuser',
        ];
  return { runsAsReplica, rdsSuperuser, problems };
}
