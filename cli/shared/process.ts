import { setTimeout } from 'node:timers/promises';
import { environmentSet, loadEnvironments } from '../../environments';
import type { RunCommand } from './command';

/** Runs a command as this process: its arguments, the environment files, the terminal, the exit code. */
export function runAsProcess<Clients>(run: RunCommand<Clients>, createClients: (region: string) => Clients): void {
  void run(process.argv.slice(2), {
    loadConfiguration: () => loadEnvironments(environmentSet(process.env.ENVIRONMENTS)),
    createClients,
    sleep: async (seconds) => {
      await setTimeout(seconds * 1000);
    },
    say: (line) => {
      console.log(line);
    },
    complain: (line) => {
      console.error(line);
    },
  }).then((exitCode) => {
    process.exitCode = exitCode;
  });
}
