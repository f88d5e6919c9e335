import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { STSClient } from '@aws-sdk/client-sts';
import { Command, CommanderError } from 'commander';
import { type Configuration, InvalidEnvironments } from '../../environments';
import { errorText } from '../bootstrap/errors';
import { promote, type PromotionInput } from './promote';
import { PromotionRefused, PromotionUnfinished } from './errors';

/** What the command needs from outside. */
export interface CommandDependencies {
  /** @throws InvalidEnvironments when the files have problems */
  readonly loadConfiguration: () => Configuration;
  readonly createClients: (region: string) => { readonly sts: STSClient; readonly lambda: LambdaClient };
  readonly sleep: (seconds: number) => Promise<void>;
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
}

/** Promoted, or nothing to do. */
export const EXIT_DONE = 0;
/** Refused before the change, or not ready after it: the message says which. */
export const EXIT_FAILED = 1;
/** The command line makes no sense. */
export const EXIT_USAGE = 2;

/** The function that is released in steps, without the suffix. */
const COMPONENT = 'payment-validation';

/**
 * Runs `promote` with arguments as the shell splits them.
 * @returns the exit code; whatever goes wrong is said, not thrown
 */
export async function runCommand(args: readonly string[], dependencies: CommandDependencies): Promise<number> {
  const { say, complain, sleep } = dependencies;
  const command = new Command('promote')
    .description('Makes the version that green serves the one that blue serves. Safe to run again.')
    .requiredOption('--environment <name>', 'the environment, for instance prod')
    .option('--dry-run', 'show what would be done, and do nothing', false)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: (text) => say(text.trimEnd()), writeErr: (text) => complain(text.trimEnd()) });
  try {
    const { environment, dryRun } = command
      .parse([...args], { from: 'user' })
      .opts<{ readonly environment: string; readonly dryRun: boolean }>();
    const { region, ...input } = target(dependencies.loadConfiguration(), environment);
    await promote(input, { ...dependencies.createClients(region), sleep, say }, { dryRun });
    return EXIT_DONE;
  } catch (error) {
    // Commander has said it already; asking for help is no mistake.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_DONE : EXIT_USAGE;
    complain(
      isExpected(error)
        ? error.message
        : `AWS must allow and answer every call, got ${errorText(error)}; get the missing right, or run this again`,
    );
    return error instanceof UnknownEnvironment ? EXIT_USAGE : EXIT_FAILED;
  }
}

/** A name that no environment has. */
class UnknownEnvironment extends Error {
  override readonly name = 'UnknownEnvironment';
}

function target(configuration: Configuration, name: string): PromotionInput & { readonly region: string } {
  const environment = configuration.environments.find((each) => each.name === name);
  const account = environment === undefined ? undefined : configuration.accounts[environment.account];
  if (environment === undefined || account === undefined) {
    throw new UnknownEnvironment(
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

const isExpected = (error: unknown): error is Error =>
  [UnknownEnvironment, InvalidEnvironments, PromotionRefused, PromotionUnfinished].some(
    (kind) => error instanceof kind,
  );
