import { type Side, SIDES } from '../../shared/authority/authority';
import type { DatabaseSessions } from '../../shared/replication/sessions';
import type { ApplyRoles } from '../ports/apply-roles';

/** The role that replication applies changes as, on both sides. */
const ROLE = 'dms_apply';

/** Whether it is there, and whether it may run as `replica`, which the fence lets pass: by its settings, or as Aurora's does. */
const SQL = `
  SELECT EXISTS (
      SELECT FROM pg_catalog.pg_db_role_setting s
      WHERE s.setrole = r.oid AND s.setdatabase = 0 AND 'session_replication_role=replica' = ANY (s.setconfig)
    ) OR EXISTS (
      SELECT FROM pg_catalog.pg_roles rds WHERE rds.rolname = 'rds_superuser' AND pg_has_role(r.oid, rds.oid, 'MEMBER')
    ) AS exempt
  FROM pg_catalog.pg_roles r WHERE r.rolname = $1`;

/** The roles `dms_apply` of both databases. That they may not log in says nothing: a closed side is opened to them when needed. */
export class PostgresApplyRoles implements ApplyRoles {
  constructor(private readonly sessions: DatabaseSessions) {}

  async problems(): Promise<readonly string[]> {
    return (await Promise.all(SIDES.map((side) => this.problemsOn(side)))).flat();
  }

  private async problemsOn(side: Side): Promise<readonly string[]> {
    const { rows } = await this.sessions[side].run((client) => client.query<{ exempt: boolean }>(SQL, [ROLE]));
    const [role] = rows;
    if (role === undefined) {
      return [`the role ${ROLE} must exist on ${side}, got none; run the SQL bundle or the ledger's migration there`];
    }
    if (role.exempt) return [];
    return [
      `the role ${ROLE} must run with session_replication_role = replica on ${side}, got none such setting; let a superuser run ALTER ROLE ${ROLE} SET session_replication_role = replica`,
    ];
  }
}
