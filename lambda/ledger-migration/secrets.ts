import type { Side } from '../shared/authority/authority';
import type { Secrets } from '../shared/database/secret-reader';
import { type DatabaseLogin, MalformedSecret, parseAuthorities, parseLogin } from '../shared/database/secret-values';

/** What the function reads of its secrets. */
export interface DatabaseSecrets {
  login(secretArn: string): Promise<DatabaseLogin>;
  /** The authorities that vouch for a side's server, as PEM. */
  authorities(secretArn: string, side: Side): Promise<string>;
}

/** Reads secrets and says which field of which is wrong, never a value. */
export const databaseSecrets = (secrets: Secrets): DatabaseSecrets => ({
  login: async (arn) => parseLogin(await secrets.read(arn), `the secret ${arn}`),
  authorities: async (arn, side) => {
    const pem = parseAuthorities(await secrets.read(arn), `the secret ${arn}`)[side];
    if (pem === undefined) throw new MalformedSecret(`the secret ${arn} must have the authority of ${side}, got none`);
    return pem;
  },
});
