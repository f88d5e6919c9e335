import { type CustomTypesConfig, types } from 'pg';

/** The object identifier of PostgreSQL's type `int8` (bigint). */
const INT8 = 20;

/**
 * Reads `int8` as a number, for one connection, not for the process. By default `pg` gives a string, because a number holds
 * whole values up to 2^53 - 1 only; a larger one is an error here, never a rounded amount.
 */
export const safeIntegers: CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === INT8 && format !== 'binary' ? safeInteger : parserOf(oid, format),
};

/** `pg`'s own. Its types have an overload a format, which a union of the two does not match. */
const parserOf = types.getTypeParser as (oid: number, format?: string) => (value: string) => unknown;

function safeInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError('an int8 of the database must lie within ±(2^53 - 1) to be read as a number, got one beyond');
}
