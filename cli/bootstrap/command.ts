import { Command, CommanderError } from 'commander';
import { type Configuration, InvalidEnvironments } from '../../environments';
import { bootstrap, type BootstrapClients } from './bootstrap';
import { BootstrapInterrupted, BootstrapRefused } from './errors';
import { nextSteps } from './next-steps';
import type { Sleep } from './plan';
import { bootstrapInput, type TargetOptions, UsageError } from './target';

/** What the command needs from outside. */
export interface CommandDependencies {
  /** @throws InvalidEnvironments when the files have problems */
  readonly loadConfiguration: () => Configuration;
  readonly createClients: (region: string) => BootstrapClients;
  readonly sleep: Sleep;
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
}

/** Done, or nothing to do. */
export const EXIT_DONE = 0;
/** Refused before a change, or stopped at one: the message says which. */
export const EXIT_FAILED = 1;
/** The command line makes no sense. */
export const EXIT_USAGE = 2;

/**
 * Runs `bootstrap` with arguments as the shell splits them.
 * @returns the exit code; errors are said, not thrown, unless nobody expects them
 */
export async function runCommand(args: readonly string[], dependencies: CommandDependencies): Promise<number> {
  const { say, complain, sleep } = dependencies;
  const command = new Command('bootstrap')
    .description("Creates what keeps an account's Terraform states: key, buckets and lock table. Safe to run again.")
    .option('--environment <name>', 'an environment; its account is bootstrapped')
    .option('--account <name>', 'an account of environments/accounts.ts')
    .option('--dry-run', 'show what would be done, and do nothing', false)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: (text) => say(text.trimEnd()), writeErr: (text) => complain(text.trimEnd()) });
  try {
    const { dryRun, ...target } = command
      .parse([...args], { from: 'user' })
      .opts<TargetOptions & { readonly dryRun: boolean }>();
    const input = bootstrapInput(dependencies.loadConfiguration(), target);
    const clients = dependencies.createClients(input.region);
    const result = await bootstrap(input, { ...clients, sleep, say }, { dryRun });
    nextSteps(input, result, dryRun).forEach((line) => say(line));
    return EXIT_DONE;
  } catch (error) {
    // Commander has said it already; asking for help is no mistake.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_DONE : EXIT_USAGE;
    if (!isExpected(error)) throw error;
    complain(error.message);
    return error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
  }
}

const isExpected = (error: unknown): error is Error =>
  [UsageError, InvalidEnvironments, BootstrapRefused, BootstrapInterrupted].some((kind) => error instanceof kind);
