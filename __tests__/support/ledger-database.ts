import { Client, type ClientConfig } from 'pg';
import { ensureLogin, READER, WRITER } from '../../lambda/ledger-migration/logins';
import { migrate } from '../../lambda/ledger-migration/migrate';
import { MIGRATIONS, type Part, PARTS } from '../../lambda/ledger-migration/migrations';
import { exclusively } from '../../lambda/ledger-migration/session';
import type { WriterEpoch } from '../../lambda/ledger-migration/writer-epoch';
import type { LocalPostgres } from './postgres';

export interface LedgerDatabaseOptions extends Partial<WriterEpoch> {
  /** The database's name. @default ledger */
  readonly name?: string;
  /** @default both */
  readonly parts?: readonly Part[];
}

/** A ledger on a local server. Each of these is how to connect to it. */
export interface LedgerDatabase {
  readonly superuser: ClientConfig;
  /** As payments_app, which writes. */
  readonly app: ClientConfig & { readonly password: string };
  /** As payments_read, which reads. */
  readonly reader: ClientConfig & { readonly password: string };
  /** Sets the row of the fence as it is asked, whatever it was. */
  setWriterEpoch(row: Partial<WriterEpoch>): Promise<void>;
}

/**
 * A database with the ledger's schema, by the migrations that Aurora gets.
 * By default the side on-prem, open at epoch 1.
 */
export async function createLedgerDatabase(
  server: LocalPostgres,
  { name = 'ledger', parts = PARTS, side = 'on-prem', epoch = 1, writable = true }: LedgerDatabaseOptions = {},
): Promise<LedgerDatabase> {
  await withClient(server.superuser, (client) => client.query(`CREATE DATABASE "${name}"`));
  const superuser = { ...server.superuser, database: name };
  // Roles are those of the whole server: the same passwords in all its databases.
  const as = (user: string) => ({ ...superuser, user, password: `${user}-${server.superuser.password}` });
  const [app, reader] = [as(WRITER.usernames[0]), as(READER.usernames[0])];
  const canLogin = ({ username, password }: { username: string; password: string }) =>
    withClient({ ...superuser, user: username, password }, () => Promise.resolve(true)).catch(() => false);
  await withClient(superuser, (client) =>
    exclusively(client, async () => {
      await migrate(client, MIGRATIONS, parts);
      await client.query('INSERT INTO payments.writer_epoch VALUES ($1, $2, $3)', [side, epoch, writable]);
      await ensureLogin(client, WRITER, { username: app.user, password: app.password }, canLogin);
      await ensureLogin(client, READER, { username: reader.user, password: reader.password }, canLogin);
    }),
  );
  return {
    superuser,
    app,
    reader,
    setWriterEpoch: (row) =>
      withClient(superuser, async (client) => {
        // As replication would: past the guard that lets epochs only grow.
        await client.query("SET session_replication_role = 'replica'");
        await client.query(
          `UPDATE payments.writer_epoch
           SET side = coalesce($1, side), epoch = coalesce($2, epoch), writable = coalesce($3, writable)`,
          [row.side ?? null, row.epoch ?? null, row.writable ?? null],
        );
      }),
  };
}

/** Runs work over a connection of its own. */
export async function withClient<Result>(
  settings: ClientConfig,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client(settings);
  // A server that stops ends idle connections too; the next query says so.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
