import type { BootstrapInput, BootstrapOptions, BootstrapResult } from '../../../cli/bootstrap/bootstrap';
import { bootstrap } from '../../../cli/bootstrap/bootstrap';
import { FakeStateBackend } from '../../support/fake-state-backend';

export const ACCOUNT = '111111111111';
export const ALIAS = 'alias/payment-terraform-state';
export const DESCRIPTION = `Terraform states and locks of account prod (${ALIAS})`;

export const INPUT: BootstrapInput = {
  accountName: 'prod',
  accountId: ACCOUNT,
  region: 'us-east-1',
  stateBucket: `payment-terraform-state-${ACCOUNT}`,
  accessLogBucket: `payment-terraform-state-logs-${ACCOUNT}`,
  lockTable: 'payment-terraform-locks',
  keyAlias: ALIAS,
  tags: { Project: 'payment' },
};

export const emptyAccount = (region = 'us-east-1'): FakeStateBackend => new FakeStateBackend(ACCOUNT, region);

/** What a run said and how it ended. */
export interface Run {
  readonly lines: readonly string[];
  readonly result?: BootstrapResult;
  readonly error?: Error;
}

/** Runs the bootstrap against a fake account, without waiting, and never throws. */
export async function run(
  account: FakeStateBackend,
  input: Partial<BootstrapInput> = {},
  options: BootstrapOptions = { dryRun: false },
): Promise<Run> {
  const lines: string[] = [];
  account.forget();
  const dependencies = {
    ...account.clients(),
    sleep: () => Promise.resolve(),
    say: (line: string) => void lines.push(line),
  };
  try {
    return { lines, result: await bootstrap({ ...INPUT, region: account.region, ...input }, dependencies, options) };
  } catch (error) {
    if (error instanceof Error) return { lines, error };
    throw error;
  }
}
