import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { STSClient } from '@aws-sdk/client-sts';
import type { Configuration } from '../../environments';
import { errorText } from '../shared/aws-errors';
import { exitCodeOf, newCommand, type RunCommand, UsageError } from '../shared/command';
import { PromotionRefused, PromotionUnfinished } from './errors';
import { promote, type PromotionInput } from './promote';

/** The function that is released in steps, without the suffix. */
const COMPONENT = 'payment-validation';

/**
 * Runs `promote` with arguments as the shell splits them.
 * @returns the exit code; whatever goes wrong is said, not thrown
 */
export const runCommand: RunCommand<{ readonly sts: STSClient; readonly lambda: LambdaClient }> = (
  args,
  dependencies,
) => {
  const { say, complain, sleep } = dependencies;
  const command = newCommand(
    'promote',
    'Makes the version that green serves the one that blue serves. Safe to run again.',
    dependencies,
  ).requiredOption('--environment <name>', 'the environment, for instance prod');
  const action = async (): Promise<void> => {
    const { environment, dryRun } = command
      .parse([...args], { from: 'user' })
      .opts<{ readonly environment: string; readonly dryRun: boolean }>();
    const { region, ...input } = target(dependencies.loadConfiguration(), environment);
    await promote(input, { ...dependencies.createClients(region), sleep, say }, { dryRun });
  };
  return exitCodeOf(action, { complain, explain });
};

function target(configuration: Configuration, name: string): PromotionInput & { readonly region: string } {
  const environment = configuration.environments.find((each) => each.name === name);
  const account = environment === undefined ? undefined : configuration.accounts[environment.account];
  if (environment === undefined || account === undefined) {
    throw new UsageError(
      `--environment must be one of ${configuration.environments.map((each) => each.name).join(', ')}, got "${name}"`,
    );
  }
  return {
    accountName: environment.account,
    accountId: account.id,
    region: environment.region,
    functionName: `${COMPONENT}-${environment.name}`,
  };
}

const explain = (error: unknown): string =>
  error instanceof PromotionRefused || error instanceof PromotionUnfinished
    ? error.message
    : `AWS must allow and answer every call, got ${errorText(error)}; get the missing right, or run this again`;
