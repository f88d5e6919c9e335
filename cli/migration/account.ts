import { identify } from '../shared/identity';
import type { Operation } from './dependencies';
import { MigrationRefused } from './errors';

/** Who runs the command. */
export interface Caller {
  readonly arn: string;
  /** `aws:userid`: what IAM ties statements to. */
  readonly userId: string;
}

/**
 * Checks that the credentials are of the environment's account.
 * @param what would not be done otherwise, for instance `not started`
 * @throws MigrationRefused
 */
export async function requireCaller(
  { target: { accountName, accountId }, clients, say }: Pick<Operation, 'target' | 'clients' | 'say'>,
  what: string,
): Promise<Caller> {
  const identity = await identify(clients.sts, accountName, accountId);
  if ('problem' in identity) throw new MigrationRefused(what, [identity.problem]);
  const { arn, userId } = identity;
  if (userId === undefined) {
    throw new MigrationRefused(what, [`AWS must say the aws:userid of ${arn}, got none; sign in as a user or a role`]);
  }
  say(`Account ${accountName} (${accountId}), as ${arn}`);
  return { arn, userId };
}

/** Checks the account for who only looks. @throws MigrationRefused */
export async function requireAccount({ target, clients }: Pick<Operation, 'target' | 'clients'>): Promise<void> {
  const identity = await identify(clients.sts, target.accountName, target.accountId);
  if ('problem' in identity && identity.unanswered !== true) throw new MigrationRefused('not read', [identity.problem]);
}
