import { describe } from '../engine/faults';

/** Errors of PostgreSQL whose texts name objects, sessions and settings, and hold nothing of a row. */
const HARMLESS = /^(08|25|28|3D|3F|42|53|55|57|58)/;
const SOCKET = /^E[A-Z]{3,}$/;

/** What the log may say of an error of a database: its text where that holds no values of rows, else its code. */
export function explain(error: unknown): string {
  const code = codeOf(error);
  if (code === undefined) return describe(error);
  if (HARMLESS.test(code) || SOCKET.test(code)) return describe(error);
  return `the database answered with the error ${code}`;
}

/** The code of an error, or of what caused it. */
function codeOf(error: unknown): string | undefined {
  for (let next = error; typeof next === 'object' && next !== null; next = (next as { cause?: unknown }).cause) {
    if ('code' in next && typeof next.code === 'string') return next.code;
  }
  return undefined;
}
