import { randomInt } from 'node:crypto';
import * as z from 'zod/mini';
import { RotationRefused } from './refusal';

/** The value of a rotated secret. */
const CREDENTIALS = z.looseObject({
  engine: z.literal('postgres'),
  host: z.string().check(z.minLength(1)),
  port: z.int().check(z.gte(1), z.lte(65_535)),
  dbname: z.string().check(z.minLength(1)),
  username: z.string().check(z.minLength(1)),
  password: z.string().check(z.minLength(1)),
});

/** The value of the secret that RDS keeps for the master user: these two and nothing more. */
const MASTER = z.looseObject({
  username: z.string().check(z.minLength(1)),
  password: z.string().check(z.minLength(1)),
});

export type Credentials = z.infer<typeof CREDENTIALS>;
export type Login = Pick<Credentials, 'username' | 'password'>;
/** Where a database is. */
export type Target = Pick<Credentials, 'host' | 'port' | 'dbname'>;

/** Reads a rotated secret's value. @throws RotationRefused that names what is wrong with it, without a value */
export const parseCredentials = (text: string, what: string): Credentials => parse(CREDENTIALS, text, what);

/** Reads the master secret's value. @throws RotationRefused that names what is wrong with it, without a value */
export const parseMaster = (text: string): Login => parse(MASTER, text, 'the master secret');

/**
 * Reads the certificate authorities of Aurora.
 * @throws RotationRefused when there are none
 */
export function parseAuthorities(text: string): string {
  return parse(z.looseObject({ aurora: z.string() }), text, 'the secret of the certificate authorities').aurora;
}

function parse<Schema extends z.ZodMiniType>(schema: Schema, text: string, what: string): z.infer<Schema> {
  const { success, data, error } = schema.safeParse(parseJson(text));
  if (success) return data;
  const fields = [...new Set(error.issues.map(({ path }) => String(path[0] ?? 'the JSON object itself')))].join(', ');
  throw new RotationRefused(`${what} must be a JSON object of the agreed form; wrong or missing: ${fields}`);
}

/** The parser's own message would quote the text, which is a secret. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const CLONE = '_clone';
/** The roles of the payment path, and nobody else's: never the master, DMS's or an administrator's. 63 bytes are a name's limit. */
const USERNAME = /^payments_[a-z]{1,40}(_clone)?$/;

/**
 * The other one of a pair of users: `payments_app` and `payments_app_clone` take turns.
 * @throws RotationRefused for a user that is none of the payment path's
 */
export function alternateUser(username: string): string {
  if (!USERNAME.test(username)) {
    throw new RotationRefused(
      'the user of the secret must be payments_<letters> or payments_<letters>_clone, got another one; only users of the payment path are rotated',
    );
  }
  return username.endsWith(CLONE) ? username.slice(0, -CLONE.length) : username + CLONE;
}

const CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const PASSWORD_LENGTH = 40;

/** A new password: 40 letters and digits (238 bits), which nothing on the way has to quote. */
export const newPassword = (): string =>
  Array.from({ length: PASSWORD_LENGTH }, () => CHARACTERS.charAt(randomInt(CHARACTERS.length))).join('');
