import { isNativeError } from 'node:util/types';
import { DatabaseError } from 'pg';

/**
 * What an error of the database means for what was asked:
 * - `unavailable`: not now; the same later may work. Nothing is wrong with the request.
 * - `authentication`: user or password are not (any longer) right.
 * - `refused`: the data break a rule; the same again will fail again.
 * - `unexpected`: a fault of this software or of the database's setup.
 */
export type ErrorClass = 'unavailable' | 'authentication' | 'refused' | 'unexpected';

/** No connection could be made: refused, timed out, not found, without TLS, or the server is not the one that is trusted. */
export class PostgresUnreachable extends Error {
  override readonly name = 'PostgresUnreachable';

  /** @param code an errno such as ECONNREFUSED, a code of TLS such as SELF_SIGNED_CERT_IN_CHAIN, or a word of our own */
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** SQLSTATEs by their beginning: the first line that matches decides. */
const SQLSTATES: readonly (readonly [RegExp, ErrorClass])[] = [
  [/^28/, 'authentication'],
  // Data exceptions and violated constraints.
  [/^2[23]/, 'refused'],
  // Connection, resources, an operator's intervention (also statement_timeout, 57014), system and internal errors.
  [/^(08|53|57|58|XX)/, 'unavailable'],
  // Serialization and deadlock, a lock's time limit.
  [/^(40001|40P01|55P03)$/, 'unavailable'],
  // Read-only (the writer became a reader: a failover), idle for too long in a transaction.
  [/^(25006|25P03|25P04)$/, 'unavailable'],
  // No such database (yet), a prepared statement that the server forgot.
  [/^(3D000|26000)$/, 'unavailable'],
  // The fence: this database is closed, or open at another epoch.
  [/^PW00[12]$/, 'unavailable'],
];

/** After these the connection is as good as before; after any other error it is not trusted any more. */
const HARMLESS = /^(22|23|40|PW)|^(55P03|57014)$/;
/** After these it is gone, or leads to the wrong server. */
const GONE = /^(08|57P|25006|25P03|25P04|26000)/;

/** What Node.js says of a socket that is gone. */
const SOCKET_ERROR =
  /^(ECONN(REFUSED|RESET|ABORTED)|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EPIPE|EHOSTUNREACH|ENETUNREACH|ERR_(SSL|TLS|STREAM)_.*)$/;
/** What `pg` says of it, without a code. */
const CLIENT_ERROR =
  /^(Connection terminated|Query read timeout|timeout expired|Client has encountered a connection error|Client was closed)/;

/** What an error of a connection, a query or a commit means. */
export function classify(error: unknown): ErrorClass {
  if (error instanceof PostgresUnreachable) return 'unavailable';
  if (!(error instanceof DatabaseError)) return isSocketError(error) ? 'unavailable' : 'unexpected';
  return SQLSTATES.find(([pattern]) => pattern.test(error.code ?? ''))?.[1] ?? 'unexpected';
}

/** Whether an error says that the connection it came from was no use any more, whatever was asked of it. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return isSocketError(error);
  return isFatal(error) || GONE.test(error.code ?? '');
}

/** Whether the connection that an error came from can be used again, once its transaction has ended. */
export function leavesConnectionClean(error: unknown): boolean {
  return error instanceof DatabaseError && !isFatal(error) && HARMLESS.test(error.code ?? '');
}

// A server may say it in its own language; the codes above cover what ends a connection in any.
const isFatal = ({ severity }: DatabaseError): boolean => severity === 'FATAL' || severity === 'PANIC';

function isSocketError(error: unknown): boolean {
  return SOCKET_ERROR.test(codeOf(error) ?? '') || CLIENT_ERROR.test(isNativeError(error) ? error.message : '');
}

/** The code of an error: an SQLSTATE, an errno, a code of TLS; undefined where it has none. */
export function codeOf(error: unknown): string | undefined {
  // Not instanceof: an error of a socket may come from another realm, under a test runner it does.
  return isNativeError(error) && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
