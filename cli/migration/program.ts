import { Command } from 'commander';
import type { Say } from '../shared/command';

/** The command, without its subcommands; it neither ends the process nor writes to it. */
export const newProgram = ({ say, complain }: { readonly say: Say; readonly complain: Say }): Command =>
  new Command('migration')
    .description('Moves traffic and the right to write to AWS step by step, and back.')
    .requiredOption('--environment <name>', 'the environment, for instance prod')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        say(text.trimEnd());
      },
      writeErr: (text) => {
        complain(text.trimEnd());
      },
    });
