import { types } from 'node:util';
import type { LogFields } from '../logger';

/**
 * An error whose message is written for the log: it says what stands in the way and what to do, and holds identifiers
 * only, never a secret, a body or what a client sent.
 */
export class ExplainedError extends Error {
  override readonly name: string = 'ExplainedError';
}

const MAX_FRAMES = 6;
const MAX_CAUSES = 5;

/**
 * What the log may say of an error: its class, its code, where it was thrown, AWS's status and request id, and the classes
 * and codes of its causes. Not its message, for those of parsers, drivers and services quote what they were given: a
 * message is written only of an `ExplainedError`.
 */
export function errorFields(error: unknown): LogFields {
  if (!isError(error)) return { error_name: `thrown ${typeof error}` };
  const { code, $metadata } = error as {
    code?: unknown;
    $metadata?: { httpStatusCode?: unknown; requestId?: unknown };
  };
  const causes = chain(error.cause).map(title);
  return {
    error_name: nameOf(error),
    ...(error instanceof ExplainedError && { error_message: error.message }),
    ...identifier('error_code', code),
    ...identifier('aws_status', $metadata?.httpStatusCode),
    ...identifier('aws_request_id', $metadata?.requestId),
    ...(causes.length > 0 && { error_causes: causes }),
    error_stack: frames(error),
  };
}

/** Node's own errors may be of another realm than this code's `Error`. */
const isError = (value: unknown): value is Error => value instanceof Error || types.isNativeError(value);

/** Only what looks like an identifier, so that no text slips through. */
const isIdentifier = (value: unknown): value is string | number =>
  typeof value === 'number' || (typeof value === 'string' && /^[\w.:$-]{1,100}$/.test(value));

const identifier = (field: string, value: unknown): LogFields => (isIdentifier(value) ? { [field]: value } : {});

const nameOf = ({ name }: Error): string => (isIdentifier(name) ? name : 'Error');

function title(error: Error): string {
  const { code } = error as { code?: unknown };
  return isIdentifier(code) ? `${nameOf(error)} ${code}` : nameOf(error);
}

function chain(cause: unknown): readonly Error[] {
  const errors: Error[] = [];
  for (let next = cause; isError(next) && errors.length < MAX_CAUSES; next = next.cause) errors.push(next);
  return errors;
}

/** Where it was thrown. The stack begins with the message, which is cut off; where that cannot be told, nothing is left. */
function frames({ stack, message }: Error): readonly string[] {
  const start = stack?.indexOf(message) ?? -1;
  if (stack === undefined || start < 0) return [];
  return stack
    .slice(start + message.length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, MAX_FRAMES)
    .map((line) => line.trim());
}
