import { userInfo } from 'node:os';
import { readTls, type SslMode, type TlsSettings } from './postgres-tls';

/** Where a PostgreSQL database is and how it is reached, as a URL says it. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** A function, so that printing the address does not print it. @default `pg` looks into ~/.pgpass */
  readonly password?: () => string;
  readonly sslMode: SslMode;
  readonly tls: TlsSettings;
  readonly applicationName?: string;
  readonly connectTimeoutMs?: number;
  /** Settings of the server for the session, as `-c name=value`. */
  readonly options?: string;
}

/** What is wrong with a URL, every problem at once. No message holds the URL or a part of it that may be a password. */
export class InvalidPostgresUrl extends Error {
  override readonly name = 'InvalidPostgresUrl';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

const ENCODE = 'percent-encode / : @ ? # and % in a user name or password (/ is %2F, @ is %40)';

/** Parameters that are used, and the variables that stand in for them as with libpq. */
const PARAMETERS: Readonly<Record<string, string | undefined>> = {
  host: 'PGHOST',
  port: 'PGPORT',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  dbname: 'PGDATABASE',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslpassword: undefined,
  application_name: 'PGAPPNAME',
  fallback_application_name: undefined,
  connect_timeout: 'PGCONNECT_TIMEOUT',
  options: 'PGOPTIONS',
  // Of these only what asks for nothing is taken.
  target_session_attrs: 'PGTARGETSESSIONATTRS',
  sslnegotiation: 'PGSSLNEGOTIATION',
  gssencmode: 'PGGSSENCMODE',
  channel_binding: 'PGCHANNELBINDING',
  client_encoding: 'PGCLIENTENCODING',
  service: 'PGSERVICE',
};

/** The values that change nothing here; others would be promises that nobody keeps. */
const ONLY: Readonly<Record<string, { readonly values: readonly string[]; readonly why: string }>> = {
  target_session_attrs: { values: ['any'], why: 'name the server that is meant' },
  sslnegotiation: { values: ['postgres'], why: 'the server is asked first whether it speaks TLS' },
  gssencmode: { values: ['disable', 'prefer'], why: 'GSSAPI is not supported: use TLS' },
  channel_binding: { values: ['disable', 'prefer'], why: 'use sslmode=verify-full to be sure of the server' },
  client_encoding: { values: ['UTF8', 'utf8', 'auto'], why: 'everything is read as UTF8' },
  service: { values: [], why: 'service files are not read: write out host, port, dbname and user' },
};

/**
 * Reads a connection URL as libpq does: `postgres://` or `postgresql://`, percent-encoding, IPv6 in brackets, parameters,
 * the PG* variables for what it does not say.
 * @param environment where the PG* variables are, and HOME, whose `.postgresql/` may hold certificates
 * @throws InvalidPostgresUrl with everything that is wrong, also with what libpq knows and this does not
 * @see https://www.postgresql.org/docs/16/libpq-connect.html#LIBPQ-CONNSTRING-URIS
 */
export function parsePostgresUrl(url: string, environment: Environment): PostgresAddress {
  const problems: string[] = [];
  const given = parametersOf(url, problems);
  const read = (name: string): string | undefined => {
    const variable = PARAMETERS[name];
    return [given.get(name), variable === undefined ? undefined : environment[variable]].find(
      (value) => value !== undefined && value !== '',
    );
  };
  for (const [name, { values, why }] of Object.entries(ONLY)) {
    const value = read(name);
    if (value !== undefined && !values.includes(value)) {
      problems.push(`${name} must be ${values.length === 0 ? 'absent' : values.join(' or ')}, got ${value}; ${why}`);
    }
  }
  const user = read('user') ?? userInfo().username;
  const { sslMode, tls } = readTls({ read, home: environment.HOME ?? '', problems });
  const password = read('password');
  const applicationName = read('application_name') ?? read('fallback_application_name');
  const connectTimeoutMs = timeoutOf(read('connect_timeout'), problems);
  const options = read('options');
  const address = {
    host: hostOf(read('host'), problems),
    port: portOf(read('port'), problems),
    user,
    database: read('dbname') ?? user,
    sslMode,
    tls,
    ...(password === undefined ? {} : { password: () => password }),
    ...(applicationName === undefined ? {} : { applicationName }),
    ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
    ...(options === undefined ? {} : { options }),
  };
  if (problems.length > 0) throw new InvalidPostgresUrl(problems);
  return address;
}

/** What the URL says, by the names of libpq's parameters. */
function parametersOf(url: string, problems: string[]): ReadonlyMap<string, string> {
  // What follows the first / or @ decides what comes before: libpq looks for the @ only up to the next /.
  const match = /^postgres(?:ql)?:\/\/(?:([^@/]*)@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(url);
  const found = new Map<string, string>();
  if (match === null) {
    throw new InvalidPostgresUrl([
      'the URL must begin with postgres:// or postgresql://, as postgres://user@host:5432/database',
    ]);
  }
  const [, credentials, hosts = '', database, query] = match;
  const put = (name: string, value: string | undefined): void => {
    if (value === undefined || value === '') return;
    const decoded = decode(value);
    if (decoded === undefined) problems.push(`${name} must be percent-encoded UTF-8 without %00; ${ENCODE}`);
    else found.set(name, decoded);
  };
  const colon = credentials?.indexOf(':') ?? -1;
  put('user', colon === -1 ? credentials : credentials?.slice(0, colon));
  put('password', colon === -1 ? undefined : credentials?.slice(colon + 1));
  putHost(hosts, put, problems);
  if (database?.includes('@') === true) problems.push(`the database's name must not hold a plain @; ${ENCODE}`);
  put('dbname', database);
  putQuery(query, put, problems);
  return found;
}

type Put = (name: string, value: string | undefined) => void;

function putHost(hosts: string, put: Put, problems: string[]): void {
  if (hosts.includes('@')) {
    problems.push(`the host must not hold an @; ${ENCODE}`);
    put('host', 'unreadable');
    return;
  }
  if (hosts.includes(',')) {
    put('host', hosts);
    return;
  }
  const [, v6, host, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/s.exec(hosts) ?? [];
  if (v6 === undefined && host === undefined) problems.push('an IPv6 address must stand in brackets, as [::1]:5432');
  put('host', v6 ?? host);
  put('port', port);
}

function putQuery(query: string | undefined, put: Put, problems: string[]): void {
  const seen = new Set<string>();
  for (const part of query === undefined || query === '' ? [] : query.split('&')) {
    const equals = part.indexOf('=');
    const name = equals === -1 ? part : (decode(part.slice(0, equals)) ?? '');
    // What is no name may be the rest of a password.
    const shown = /^[a-z_]{1,40}$/i.test(name) ? name : `what is not a name (${ENCODE})`;
    if (equals === -1) problems.push(`each parameter must be name=value, got ${shown}`);
    else if (seen.has(name)) problems.push(`each parameter must be given once, got ${shown} twice`);
    else if (name === 'ssl' && part === 'ssl=true') put('sslmode', 'require');
    else if (!Object.hasOwn(PARAMETERS, name)) {
      problems.push(`parameters must be among ${Object.keys(PARAMETERS).join(', ')}, got ${shown}`);
    } else put(name, part.slice(equals + 1));
    seen.add(name);
  }
}

function decode(text: string): string | undefined {
  try {
    const decoded = decodeURIComponent(text);
    return decoded.includes('\0') ? undefined : decoded;
  } catch {
    return undefined;
  }
}

function hostOf(host: string | undefined, problems: string[]): string {
  if (host === undefined) problems.push('the URL must name a host, got none, and PGHOST is not set');
  else if (host.includes(',')) problems.push('the host must be one, got several; name the server that is meant');
  return host ?? '';
}

function portOf(port: string | undefined, problems: string[]): number {
  const value = port === undefined ? 5432 : Number(port);
  // Not shown: with a / in a password that was not encoded, its beginning is taken for the port.
  if (!Number.isInteger(value) || value < 1 || value > 65_535) {
    problems.push(`the port must be a whole number from 1 to 65535; ${ENCODE}`);
  }
  return value;
}

function timeoutOf(text: string | undefined, problems: string[]): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 600) return value * 1000;
  problems.push(`connect_timeout must be a whole number of seconds from 1 to 600, got ${text}`);
  return undefined;
}
