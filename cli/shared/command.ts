import { Command, CommanderError } from 'commander';
import { type Configuration, InvalidEnvironments } from '../../environments';
import { UsageError } from './usage-error';

export { UsageError };

/** Waits for some seconds. */
export type Sleep = (seconds: number) => Promise<void>;

/** Takes one line for the operator. */
export type Say = (line: string) => void;

/** What a command needs from outside. */
export interface CommandDependencies<Clients> {
  /** @throws InvalidEnvironments when the files have problems */
  readonly loadConfiguration: () => Configuration;
  readonly createClients: (region: string) => Clients;
  readonly sleep: Sleep;
  readonly say: Say;
  /** Takes one line of what went wrong. */
  readonly complain: Say;
}

/** Runs a command with arguments as the shell splits them; the result is the exit code. */
export type RunCommand<Clients> = (
  args: readonly string[],
  dependencies: CommandDependencies<Clients>,
) => Promise<number>;

/** Done, or nothing to do. */
const EXIT_DONE = 0;
/** Refused before a change, or stopped at one: the message says which. */
const EXIT_FAILED = 1;
/** The command line makes no sense. */
const EXIT_USAGE = 2;

/** A command with `--dry-run` that neither ends the process nor writes to it. */
export const newCommand = (
  name: string,
  description: string,
  { say, complain }: { readonly say: Say; readonly complain: Say },
): Command =>
  new Command(name)
    .description(description)
    .option('--dry-run', 'show what would be done, and do nothing', false)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: (text) => say(text.trimEnd()), writeErr: (text) => complain(text.trimEnd()) });

/**
 * Runs a command's action and says what goes wrong.
 * @param explain the message for an error of the action's own; undefined for one that nobody expects, which is rethrown
 * @returns the exit code
 */
export async function exitCodeOf(
  action: () => Promise<void>,
  { complain, explain }: { readonly complain: Say; readonly explain: (error: unknown) => string | undefined },
): Promise<number> {
  try {
    await action();
    return EXIT_DONE;
  } catch (error) {
    // Commander has said it already; asking for help is no mistake.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_DONE : EXIT_USAGE;
    const isOurs = error instanceof UsageError || error instanceof InvalidEnvironments;
    const message = isOurs ? error.message : explain(error);
    if (message === undefined) throw error;
    complain(message);
    return error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
  }
}
