import { isIP } from 'node:net';
import type { ClientConfig } from 'pg';
import { safeIntegers } from './safe-integers';

/** How to reach a PostgreSQL database, and how long to wait for it. Nothing is taken from the process's environment. */
export interface ConnectionSettings {
  /** A name, or an address that the server's certificate names as such. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** The certificate authorities that may vouch for the server, as PEM. No other ones are trusted, the system's neither. */
  readonly ca: string;
  /** Who this is, for `pg_stat_activity`: up to 63 bytes. */
  readonly applicationName: string;
  /**
   * How long a statement may take, in milliseconds; 0: without limit. The server ends it (57014); where the server does not
   * answer either, this side gives up `ANSWER_MARGIN_MS` later.
   * @default 5000
   */
  readonly statementTimeoutMs?: number;
  /** How long a statement may wait for a lock, in milliseconds; 0: without limit. @default 2000 */
  readonly lockTimeoutMs?: number;
  /** How long TCP, TLS and authentication may take together, in milliseconds, from 1. @default 3000 */
  readonly connectTimeoutMs?: number;
  /** Whether transactions are read-only unless they say otherwise. @default false */
  readonly readOnly?: boolean;
}

/** How long the answer to a statement that reached its time limit may take to get here, in milliseconds. */
export const ANSWER_MARGIN_MS = 2_000;
/**
 * How long a transaction may stay open without doing anything, in milliseconds: Lambda freezes an instance wherever it stands
 * when its time is over, and what it has locked would hold up the freezing of the database.
 */
const IDLE_IN_TRANSACTION_MS = 10_000;
/** The first probe of an idle connection, in milliseconds; then the kernel's own interval. */
const KEEP_ALIVE_DELAY_MS = 10_000;
/** What setTimeout can take, and PostgreSQL too. */
const MAX_TIMEOUT_MS = 2_147_483_647 - ANSWER_MARGIN_MS;
const MAX_PORT = 65_535;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/;

/**
 * The settings as `pg` takes them: TLS from 1.2 with the server's certificate and name verified against the given authorities
 * only (`verify-full`), time limits for everything.
 * @throws Error that names every field that is wrong, and never a value of them
 * @see https://www.postgresql.org/docs/current/runtime-config-client.html
 */
export function clientConfig(settings: ConnectionSettings): ClientConfig {
  const { statementTimeoutMs = 5_000, lockTimeoutMs = 2_000, connectTimeoutMs = 3_000, readOnly = false } = settings;
  requireValid({ ...settings, statementTimeoutMs, lockTimeoutMs, connectTimeoutMs });
  const parameters = {
    statement_timeout: statementTimeoutMs,
    lock_timeout: lockTimeoutMs,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    default_transaction_read_only: readOnly ? 'on' : 'off',
    // Each statement sees what was committed before it, whatever a server or a role has as its default.
    default_transaction_isolation: 'read\\ committed',
    // Nothing is looked up where other roles may create: up to version 14 that is `public`, for everybody, where an operator or
    // a function that fits better than PostgreSQL's own would run with the rights of whoever connects.
    search_path: 'pg_catalog,pg_temp',
    TimeZone: 'UTC',
    DateStyle: 'ISO',
  };
  return {
    host: settings.host,
    port: settings.port,
    database: settings.database,
    user: settings.user,
    password: settings.password,
    application_name: settings.applicationName,
    client_encoding: 'UTF8',
    ssl: {
      ca: settings.ca,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      // An address is no server name (RFC 6066); it is compared with the addresses in the certificate all the same.
      ...(isIP(settings.host) === 0 ? { servername: settings.host } : {}),
    },
    options: Object.entries(parameters)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    connectionTimeoutMillis: connectTimeoutMs,
    ...(statementTimeoutMs === 0 ? {} : { query_timeout: statementTimeoutMs + ANSWER_MARGIN_MS }),
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY_MS,
    types: safeIntegers,
  };
}

type Complete = ConnectionSettings &
  Required<Pick<ConnectionSettings, 'statementTimeoutMs' | 'lockTimeoutMs' | 'connectTimeoutMs'>>;

function requireValid(settings: Complete): void {
  const rules: readonly (readonly [boolean, string])[] = [
    ...(['host', 'database', 'user', 'password', 'applicationName'] as const).map(
      (field) => [settings[field] !== '', `${field} must not be empty`] as const,
    ),
    // With an empty list of authorities Node.js would trust all those that it comes with.
    [CERTIFICATE.test(settings.ca), 'ca must hold at least one certificate as PEM'],
    [isWhole(settings.port, 1, MAX_PORT), `port must be a whole number from 1 to ${MAX_PORT}`],
    [isTimeout(settings.statementTimeoutMs, 0), `statementTimeoutMs must be ${milliseconds(0)}`],
    [isTimeout(settings.lockTimeoutMs, 0), `lockTimeoutMs must be ${milliseconds(0)}`],
    [isTimeout(settings.connectTimeoutMs, 1), `connectTimeoutMs must be ${milliseconds(1)}`],
  ];
  const problems = rules.filter(([holds]) => !holds).map(([, problem]) => problem);
  if (problems.length > 0) throw new Error(`settings of the database connection: ${problems.join('; ')}`);
}

const isWhole = (value: number, from: number, to: number): boolean =>
  Number.isInteger(value) && value >= from && value <= to;
const isTimeout = (value: number, from: number): boolean => isWhole(value, from, MAX_TIMEOUT_MS);
const milliseconds = (from: number): string => `a whole number of milliseconds from ${from} to ${MAX_TIMEOUT_MS}`;
