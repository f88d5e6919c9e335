import { accountTags } from '../../constructs/state/account-tags';
import type { Configuration } from '../../environments';
import { UsageError } from '../shared/command';
import type { BootstrapInput } from './bootstrap';

/** What the operator asked for: an account by its own name or by that of one of its environments. */
export interface TargetOptions {
  readonly environment?: string;
  readonly account?: string;
}

/**
 * The account to bootstrap, as accounts.ts describes it.
 * @throws UsageError when the options name no account
 */
export function bootstrapInput(configuration: Configuration, options: TargetOptions): BootstrapInput {
  const accountName = accountNameOf(configuration, options);
  const account = Object.entries(configuration.accounts).find(([name]) => name === accountName)?.[1];
  if (account === undefined) {
    throw new UsageError(
      `--account must be one of ${Object.keys(configuration.accounts).join(', ')}, got "${accountName}"`,
    );
  }
  const { id, region, costCenter, state } = account;
  return {
    accountName,
    accountId: id,
    region,
    stateBucket: state.bucket,
    accessLogBucket: state.accessLogBucket,
    lockTable: state.lockTable,
    keyAlias: state.keyAlias,
    kmsKeyId: state.kmsKeyId,
    tags: { ...accountTags(accountName, costCenter), ManagedBy: 'cdktf' },
  };
}

function accountNameOf({ environments }: Configuration, { environment, account }: TargetOptions): string {
  if ((environment === undefined) === (account === undefined)) {
    const got = environment === undefined ? 'neither' : 'both';
    throw new UsageError(`one of --environment <name> and --account <name> must be given, got ${got}`);
  }
  if (account !== undefined) return account;
  const found = environments.find(({ name }) => name === environment);
  if (found !== undefined) return found.account;
  throw new UsageError(
    `--environment must be one of ${environments.map(({ name }) => name).join(', ')}, got "${environment}"`,
  );
}
