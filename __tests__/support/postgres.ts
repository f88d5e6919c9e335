import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, type ClientConfig } from 'pg';
import { createAuthority, createServerCertificate, type ServerCertificateOptions } from './certificates';
import { postgresInstallation, type PostgresMajor, reachable, serverUser } from './postgres-installation';
import { HOST, PostgresProcess, SERVER_ENVIRONMENT } from './postgres-process';

export interface PostgresOptions {
  /** The version: 14 as on-premises, 16 as Aurora. Where 14 is not packaged, 15 is started instead, and says so. */
  readonly major: PostgresMajor;
  /** Whether it takes connections over TLS only; or what its certificate is made of, for tests of refused ones. @default false */
  readonly tls?: boolean | Omit<ServerCertificateOptions, 'authority'>;
  /** Whether commits wait for the disk. @default false: faster, and nothing survives a crash of the machine */
  readonly durable?: boolean;
  /** Further settings of the server. @default none */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A PostgreSQL server on this machine, gone with the process that started it. */
export interface LocalPostgres {
  /** `localhost`; it listens on 127.0.0.1 only. */
  readonly host: string;
  readonly port: number;
  /** How a superuser connects to the database `postgres`. */
  readonly superuser: ClientConfig & { readonly user: string; readonly password: string; readonly database: string };
  /** What the server says it is. */
  readonly version: string;
  /** The authority of its certificate. @default none without tls */
  readonly caPem?: string;
  /** Closes all connections and starts again, same port, same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** As on-premises must have them for replication; what makes tests wait is short. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: HOST,
  unix_socket_directories: '',
  max_connections: '60',
  shared_buffers: '16MB',
  wal_level: 'logical',
  max_wal_senders: '10',
  max_replication_slots: '10',
  wal_retrieve_retry_interval: '100ms',
  wal_writer_delay: '10ms',
  timezone: 'UTC',
  log_timezone: 'UTC',
};
/**
 * Starts a PostgreSQL server from its npm package, for one test file: its own port and data, so that files run in parallel.
 * @throws Error with the server's own log when it does not start
 */
export async function startPostgres({
  major,
  tls = false,
  durable = false,
  settings = {},
}: PostgresOptions): Promise<LocalPostgres> {
  const folder = serverFolder();
  try {
    const binaries = join(postgresInstallation(major, folder), 'bin');
    const password = randomBytes(18).toString('base64url');
    await createCluster(binaries, folder, password);
    writeFileSync(join(folder, 'data', 'pg_hba.conf'), hostRules(tls !== false));
    const caPem = tls === false ? undefined : writeCertificate(folder, tls === true ? {} : tls);
    const all = { ...SETTINGS, ...(tls === false ? {} : { ssl: 'on' }), ...(durable ? {} : UNSAFE), ...settings };
    const server = new PostgresProcess(binaries, folder, all);
    const port = await server.startOnFreePort();
    const ssl = caPem === undefined ? {} : { ssl: { ca: caPem, rejectUnauthorized: tls === true } };
    const superuser = { host: 'localhost', port, user: 'postgres', password, database: 'postgres', ...ssl };
    const version = await askVersion(superuser);
    process.stdout.write(`started ${version.split(',')[0] ?? version}\n`);
    return {
      host: 'localhost',
      port,
      superuser,
      version,
      ...(caPem === undefined ? {} : { caPem }),
      restart: async () => {
        await server.stop();
        await server.start(port);
      },
      stop: async () => {
        await server.stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (cause) {
    await rm(folder, { recursive: true, force: true });
    throw cause;
  }
}

const UNSAFE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** A folder that the server's user owns and can get to. */
function serverFolder(): string {
  const parent = [tmpdir(), '/tmp'].find(reachable);
  if (parent === undefined) throw new Error(`the folder for temporary files must be open to others, got ${tmpdir()}`);
  const folder = mkdtempSync(join(parent, 'payment-postgres-'));
  // Open for the way to what is in it; the data themselves are 0700.
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'data'), { mode: 0o700 });
  own(folder);
  own(join(folder, 'data'));
  return folder;
}

function own(path: string): void {
  if (serverUser !== undefined) chownSync(path, serverUser.uid, serverUser.gid);
}

async function createCluster(binaries: string, folder: string, password: string): Promise<void> {
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  own(passwordFile);
  const flags = ['--username=postgres', '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync'];
  // The smallest log segments: a server on its own needs 59 MB with the usual ones.
  const all = [...flags, '--wal-segsize=1', `--pwfile=${passwordFile}`, '-D', join(folder, 'data')];
  await promisify(execFile)(join(binaries, 'initdb'), all, { ...serverUser, cwd: folder, env: SERVER_ENVIRONMENT });
}

/** With TLS nothing else is let in, as Aurora does it (rds.force_ssl). */
function hostRules(tls: boolean): string {
  const kind = tls ? 'hostssl' : 'host';
  return ['all', 'replication'].map((database) => `${kind} ${database} all ${HOST}/32 scram-sha-256\n`).join('');
}

/** @returns the authority that clients have to trust */
function writeCertificate(folder: string, options: Omit<ServerCertificateOptions, 'authority'>): string {
  const authority = createAuthority();
  const { certificatePem, keyPem } = createServerCertificate({ ...options, authority });
  writeFileSync(join(folder, 'data', 'server.crt'), certificatePem, { mode: 0o600 });
  writeFileSync(join(folder, 'data', 'server.key'), keyPem, { mode: 0o600 });
  own(join(folder, 'data', 'server.crt'));
  own(join(folder, 'data', 'server.key'));
  return authority.certificatePem;
}

async function askVersion(settings: ClientConfig): Promise<string> {
  const client = new Client(settings);
  await client.connect();
  try {
    const { rows } = await client.query<{ version: string }>('SELECT version()');
    return rows[0]?.version ?? 'of an unknown version';
  } finally {
    await client.end();
  }
}
