import { exitCodeOf, newCommand, type RunCommand } from '../shared/command';
import { bootstrap, type BootstrapClients } from './bootstrap';
import { BootstrapInterrupted, BootstrapRefused } from './errors';
import { nextSteps } from './next-steps';
import { bootstrapInput, type TargetOptions } from './target';

/**
 * Runs `bootstrap` with arguments as the shell splits them.
 * @returns the exit code; errors are said, not thrown, unless nobody expects them
 */
export const runCommand: RunCommand<BootstrapClients> = (args, dependencies) => {
  const { say, complain, sleep } = dependencies;
  const command = newCommand(
    'bootstrap',
    "Creates what keeps an account's Terraform states: key, buckets and lock table. Safe to run again.",
    dependencies,
  )
    .option('--environment <name>', 'an environment; its account is bootstrapped')
    .option('--account <name>', 'an account of environments/accounts.ts');
  const action = async (): Promise<void> => {
    const { dryRun, ...target } = command
      .parse([...args], { from: 'user' })
      .opts<TargetOptions & { readonly dryRun: boolean }>();
    const input = bootstrapInput(dependencies.loadConfiguration(), target);
    const clients = dependencies.createClients(input.region);
    const result = await bootstrap(input, { ...clients, sleep, say }, { dryRun });
    nextSteps(input, result, dryRun).forEach((line) => say(line));
  };
  return exitCodeOf(action, { complain, explain });
};

const explain = (error: unknown): string | undefined =>
  error instanceof BootstrapRefused || error instanceof BootstrapInterrupted ? error.message : undefined;
