import type { Client } from 'pg';
import type { Role } from '../database/session';

/**
 * What an error means for the work under way.
 * - `connection`: it was cut, or another moment will do: connect again and repeat.
 * - `timeout`: the statement took too long: do less at once.
 * - `lock`: somebody holds a lock: try again, not for long.
 * - `snapshot`: the exported snapshot is gone.
 * - `table`: the table cannot be read: not the right, not there, or whatever else the server says.
 */
export type Fault = 'connection' | 'timeout' | 'lock' | 'snapshot' | 'table';

/** Connections that end or cannot be made, and what a server asks to repeat. @see https://www.postgresql.org/docs/16/errcodes-appendix.html */
const CONNECTION_CODES: ReadonlySet<string> = new Set([
  ...['57P01', '57P02', '57P03', '57P05', '25P03', '25P04', '53300', '40001', '40P01'],
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN', 'ENOTFOUND'],
]);
/** What `pg` says without a code. */
const CONNECTION_MESSAGE =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout expired|Connection ended|read ECONN|The server does not support SSL)/;
const SNAPSHOT_MESSAGE =
  /snapshot .*does not exist|invalid snapshot identifier|could not import the requested snapshot/;

export function faultOf(error: unknown): Fault {
  const code = codeOf(error);
  const message = messageOf(error);
  if (code !== undefined && (CONNECTION_CODES.has(code) || code.startsWith('08'))) return 'connection';
  if (CONNECTION_MESSAGE.test(message)) return 'connection';
  if (code === '57014') return message.includes('lock timeout') ? 'lock' : 'timeout';
  if (code === '55P03') return 'lock';
  return SNAPSHOT_MESSAGE.test(message) ? 'snapshot' : 'table';
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

export function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return String(error);
  // Several addresses were tried.
  if (error.message === '' && 'errors' in error && Array.isArray(error.errors))
    return error.errors.map(messageOf).join(', ');
  return String(error.message);
}

const sides = new WeakMap<object, Role>();

/** Remembers of every error that a client's statements give which side it came from. */
export function markSide(client: Client, role: Role): Client {
  const original: (...args: unknown[]) => unknown = client.query.bind(client);
  const query = (...args: unknown[]): unknown => {
    const result = original(...args);
    if (result instanceof Promise) result.catch((error: unknown) => tag(error, role));
    return result;
  };
  return Object.assign(client, { query });
}

/** @returns the same error */
export function tag<E>(error: E, role: Role): E {
  if (typeof error === 'object' && error !== null && !sides.has(error)) sides.set(error, role);
  return error;
}

/** `on the target: permission denied for table entries` */
export function describe(error: unknown): string {
  const side = typeof error === 'object' && error !== null ? sides.get(error) : undefined;
  return side === undefined ? messageOf(error) : `on the ${side}: ${messageOf(error)}`;
}

/** A table cannot be compared, or not to its end; the others can. */
export class TableProblem extends Error {}

/** A server stays out of reach: nothing more can be compared. */
export class ServerLost extends TableProblem {}

/** The moment that a table was read at is gone, and writes have come since: what was read of it no longer counts. */
export class MomentLost extends Error {}
