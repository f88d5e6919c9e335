import type { Side } from '../shared/authority/authority';
import type { Logger } from '../shared/logger';
import { type CaptureRole, ensureCaptureRole } from './capture-role';
import { parseEvent } from './event';
import {
  type CanLogin,
  CAPTURE,
  type Credentials,
  ensureLogin,
  type LoginReport,
  MIGRATOR,
  READER,
  REPLICATION,
  WRITER,
} from './logins';
import { migrate, type MigrationReport } from './migrate';
import { MIGRATIONS } from './migrations';
import { ensureMigratorRole, type MigratorRole } from './migrator-role';
import { ensureReplicatedSchemas, type ReplicatedSchema } from './replicated-schemas';
import { ensureReplicationRole, type ReplicationRole } from './replication-role';
import { exclusively, type Session } from './session';
import { ensureWriterEpoch, type WriterEpoch } from './writer-epoch';

/** A connection that its user ends. */
export interface OwnedSession extends Session {
  end(): Promise<void>;
}

/** What the handler needs from outside. */
export interface HandlerDependencies {
  /** Which side this database is. */
  readonly side: Side;
  /** The side that may be written before anything was moved. */
  readonly initialAuthority: Side;
  /** Opens a connection as the user that owns the database. */
  readonly connectAsMaster: () => Promise<OwnedSession>;
  readonly canLogin: CanLogin;
  /** What the secrets hold now. */
  readonly writerCredentials: () => Promise<Credentials>;
  readonly readerCredentials: () => Promise<Credentials>;
  /** @default nothing is replicated to this database */
  readonly replicationCredentials?: () => Promise<Credentials>;
  /** @default nothing is replicated from this database */
  readonly captureCredentials?: () => Promise<Credentials>;
  /** @default nothing is cut over */
  readonly migratorCredentials?: () => Promise<Credentials>;
  /** The schemas that are replicated. @default the ledger's alone */
  readonly replicatedSchemas?: readonly string[];
  readonly logger: Logger;
}

/** What the function answers. */
export interface MigrationResult extends MigrationReport {
  readonly writerEpoch: WriterEpoch;
  readonly logins: readonly LoginReport[];
  /** @default nothing is replicated to this database */
  readonly replication?: ReplicationRole;
  /** @default nothing is replicated from this database */
  readonly capture?: CaptureRole;
  /** @default nothing is cut over */
  readonly migrator?: MigratorRole;
  /** The replicated schemas beside the ledger's. @default there are none */
  readonly schemas?: readonly ReplicatedSchema[];
}

/**
 * Brings a ledger database to what this release knows: schema, roles, the row of its side, and logins with the passwords of
 * their secrets. Every step looks at what is there, so a run that ended anywhere is completed by the next one.
 */
export function createHandler(deps: HandlerDependencies) {
  return async (event: unknown): Promise<MigrationResult> => {
    const parts = parseEvent(event);
    const session = await deps.connectAsMaster();
    try {
      return await exclusively(session, async () => {
        const report = await migrate(session, MIGRATIONS, parts);
        deps.logger.info('schema migrated', { applied: report.applied, present: report.present });
        const writerEpoch = await ensureWriterEpoch(session, deps.side, deps.initialAuthority);
        const logins = [
          await ensureLogin(session, WRITER, await deps.writerCredentials(), deps.canLogin),
          await ensureLogin(session, READER, await deps.readerCredentials(), deps.canLogin),
        ];
        const { replicationCredentials, captureCredentials, migratorCredentials } = deps;
        const replication = replicationCredentials && (await ensureReplicationRole(session));
        if (replicationCredentials !== undefined) {
          logins.push(await ensureLogin(session, REPLICATION, await replicationCredentials(), deps.canLogin));
        }
        const capture = captureCredentials && (await ensureCaptureRole(session));
        if (captureCredentials !== undefined) {
          logins.push(await ensureLogin(session, CAPTURE, await captureCredentials(), deps.canLogin));
        }
        // After the role of replication, which it admits and shuts out.
        const migrator = migratorCredentials && (await ensureMigratorRole(session));
        if (migratorCredentials !== undefined) {
          logins.push(await ensureLogin(session, MIGRATOR, await migratorCredentials(), deps.canLogin));
        }
        const roles = {
          ...(replication && { replication }),
          ...(capture && { capture }),
          ...(migrator && { migrator }),
        };
        // Last: here tables in use, or of others, may end the run.
        const schemas = await ensureReplicatedSchemas(session, deps.replicatedSchemas ?? []);
        for (const { schema } of schemas.filter(({ present }) => !present)) {
          deps.logger.warn(`the schema ${schema} is not there yet: load its tables, then run this again`);
        }
        const problems = [...Object.values(roles), ...schemas].flatMap((each) => each.problems);
        for (const problem of problems) deps.logger.error(problem);
        return { ...report, writerEpoch, logins, ...roles, ...(schemas.length > 0 && { schemas }) };
      });
    } finally {
      // What was done stands; a connection that is lost needs no end.
      await session.end().catch(() => undefined);
    }
  };
}
