import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { ExplainedError } from '../shared/runtime/error-fields';
import type { Credentials } from './logins';

const filled = z.string().check(z.minLength(1));
const CREDENTIALS = z.object({ username: filled, password: filled });
const AUTHORITIES = z.object({ aurora: z.optional(filled), 'on-prem': z.optional(filled) });

/** Reads the secrets that the function may read, anew each time: it runs once a deployment. */
export class Secrets {
  constructor(private readonly client: SecretsManagerClient) {}

  /** A user and its password, whatever else the secret holds. */
  credentials(secretArn: string): Promise<Credentials> {
    return this.read(secretArn, CREDENTIALS);
  }

  /** The authorities that sign the certificates of a side's database, as PEM. */
  async authorities(secretArn: string, side: 'aurora' | 'on-prem'): Promise<string> {
    const { [side]: pem } = await this.read(secretArn, AUTHORITIES);
    if (pem === undefined) throw wrong(secretArn, side);
    return pem;
  }

  private async read<Schema extends z.ZodMiniType>(secretArn: string, schema: Schema): Promise<z.infer<Schema>> {
    const { SecretString: text } = await this.client.send(new GetSecretValueCommand({ SecretId: secretArn }));
    const { success, data, error } = schema.safeParse(parseJson(text));
    if (success) return data;
    const fields = new Set(error.issues.map(({ path }) => String(path[0] ?? 'the JSON object')));
    throw wrong(secretArn, [...fields].join(', '));
  }
}

/** Says which fields, never a value. */
const wrong = (secretArn: string, fields: string): ExplainedError =>
  new ExplainedError(`the secret ${secretArn} must be a JSON object of the agreed form; wrong or missing: ${fields}`);

/** The parser's own message would quote the text, which is a secret. */
function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
