import * as z from 'zod/mini';
import type { Side } from '../authority/authority';
import { ExplainedError } from '../runtime/error-fields';

/** A secret holds something else than was agreed. The message names fields, never values. */
export class MalformedSecret extends ExplainedError {
  override readonly name = 'MalformedSecret';
  readonly code = 'secret-malformed';
}

const text = z.string().check(z.minLength(1));
const MAX_PORT = 65_535;
const port = z.int().check(z.gte(1), z.lte(MAX_PORT));
/** Some write the port as text, as RDS itself does in places. */
const portText = z.pipe(z.pipe(z.string().check(z.regex(/^\d{1,5}$/)), z.transform(Number)), port);

/** What of a secret with credentials is used; what else it holds, such as `engine`, is left alone. */
const CREDENTIALS = z.object({
  host: text,
  port: z.union([port, portText]),
  dbname: text,
  username: text,
  password: text,
});

/** Who logs in, whatever else a secret holds: RDS's own with the master user holds these two only. */
const LOGIN = z.object({ username: text, password: text });

export type DatabaseLogin = z.infer<typeof LOGIN>;

/** How to log in to a database, as its secret says it. */
export type DatabaseCredentials = z.infer<typeof CREDENTIALS>;

/** The public certificates of the authorities that vouch for each side's server, as PEM. */
export type Authorities = Readonly<Partial<Record<Side, string>>>;

/** A whole certificate: one that was cut off is noticed here, where the message says which secret holds it. */
const pem = z.string().check(z.regex(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/));
const AUTHORITIES = z.object({ aurora: z.optional(pem), 'on-prem': z.optional(pem) } satisfies Record<Side, unknown>);

/**
 * Reads the value of a secret with credentials.
 * @param name what to call the secret in the message
 * @throws MalformedSecret
 */
export const parseCredentials = (value: string, name: string): DatabaseCredentials => parse(CREDENTIALS, value, name);

/**
 * Reads user and password from the value of a secret.
 * @param name what to call the secret in the message
 * @throws MalformedSecret
 */
export const parseLogin = (value: string, name: string): DatabaseLogin => parse(LOGIN, value, name);

/**
 * Reads the value of the secret with the certificate authorities.
 * @throws MalformedSecret
 */
export const parseAuthorities = (value: string, name: string): Authorities => parse(AUTHORITIES, value, name);

function parse<Schema extends z.ZodMiniType>(schema: Schema, value: string, name: string): z.infer<Schema> {
  const { success, data, error } = schema.safeParse(parseJson(value));
  if (success) return data;
  const fields = [...new Set(error.issues.map(({ path }) => String(path[0] ?? 'the JSON object itself')))].join(', ');
  throw new MalformedSecret(`${name} must be a JSON object of the agreed form, got missing or other fields: ${fields}`);
}

/** The parser's own message would quote the value. */
function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
