import { isNativeError } from 'node:util/types';
import { Client, DatabaseError } from 'pg';
import { codeOf, PostgresUnreachable } from './classify';
import { clientConfig, type ConnectionSettings } from './settings';

/**
 * Opens one connection. Its owner ends it. An error of an idle connection (the server restarts) is not thrown at the process:
 * the next query reports it.
 * @throws DatabaseError when the server refuses: 28* for the login, 3D000 for the database, 53300 for too many connections
 * @throws PostgresUnreachable when there is no connection to a server that is trusted
 * @throws Error when the settings are no settings
 */
export async function connect(settings: ConnectionSettings): Promise<Client> {
  const client = new Client(clientConfig(settings));
  // Without a listener Node.js ends the process.
  client.on('error', ignore);
  try {
    await client.connect();
    return client;
  } catch (cause) {
    // Not awaited: a half-open connection may never say that it has ended.
    client.end().catch(ignore);
    if (cause instanceof DatabaseError) throw cause;
    throw unreachable(settings, cause);
  }
}

const ignore = (): void => undefined;

/** Errors of `pg` that have no code. */
const CODES: readonly (readonly [RegExp, string])[] = [
  [/^timeout expired$/, 'ETIMEDOUT'],
  [/^The server does not support SSL connections$/, 'no-tls'],
  [/^SASL/, 'sasl'],
];

function unreachable({ host, port }: ConnectionSettings, cause: unknown): PostgresUnreachable {
  const message = isNativeError(cause) ? cause.message : String(cause);
  const code = codeOf(cause) ?? CODES.find(([text]) => text.test(message))?.[1] ?? 'connection-failed';
  return new PostgresUnreachable(code, `no connection to the database at ${host}:${port} (${code}): ${message}`, {
    cause,
  });
}
