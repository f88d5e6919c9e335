import { Argument, type Command, InvalidArgumentError } from 'commander';
import { exitCodeOf, UsageError } from '../shared/command';
import { approve } from './approve';
import type { MigrationDependencies, Operation } from './dependencies';
import { explain } from './errors';
import { history } from './history';
import { newProgram } from './program';
import { refuse } from './refuse';
import { parseRequest, type Request } from './request';
import { rollback } from './rollback';
import { start, STARTED, type StartedMachine } from './start';
import { status } from './status/status';
import { type MigrationTarget, targetOf } from './target';
import { harmless } from './text';

/**
 * Runs `migration` with arguments as the shell splits them.
 * @returns the exit code: 0 done, 1 refused or failed, 2 a command line that makes no sense; whatever goes wrong is said
 */
export async function runMigration(args: readonly string[], dependencies: MigrationDependencies): Promise<number> {
  let target: MigrationTarget | undefined;
  const complain = (line: string): void => {
    dependencies.complain(harmless(line));
  };
  const program = newProgram({ say: dependencies.say, complain });
  const operation = (): Operation => {
    const { environment } = program.opts<{ readonly environment: string }>();
    target = targetOf(dependencies.loadConfiguration(), environment);
    const { sleep, now, within, ask, createClients } = dependencies;
    const say = (line: string): void => {
      dependencies.say(harmless(line));
    };
    return { target, clients: createClients(target.region), sleep, now, within, say, complain, ...(ask && { ask }) };
  };
  addCommands(program, operation);
  return exitCodeOf(
    async () => {
      await program.parseAsync([...args], { from: 'user' });
    },
    { complain, explain: (error) => (target === undefined ? undefined : explain(error, target)) },
  );
}

function addCommands(program: Command, operation: () => Operation): void {
  addStart(program, operation);
  program
    .command('approve')
    .description('Approves what waits for it, in your own name.')
    .argument('<request>', 'as status names it', request)
    .option('--comment <text>', 'why, for the history', sentence)
    .option('--yes', "do not ask to type the environment's name", false)
    .action((asked: Request, options: { readonly comment?: string; readonly yes: boolean }) =>
      approve(operation(), asked, options),
    );
  program
    .command('refuse')
    .description('Refuses what waits for an approval, which ends it; anybody may.')
    .argument('<request>', 'as status names it', request)
    .option('--comment <text>', 'why, for the history', sentence)
    .action((asked: Request, { comment }: { readonly comment?: string }) => refuse(operation(), asked, comment));
  program
    .command('status')
    .description('Shows who may write, what runs, who must act, and how long going back would take.')
    .option('--watch', 'go on until nothing runs any more', false)
    .option('--json', 'for tools, a line each time', false)
    .action((options: { readonly watch: boolean; readonly json: boolean }) => status(operation(), options));
  program
    .command('rollback')
    .description('Starts the rollback at once, from every state. Nothing is asked.')
    .requiredOption('--reason <text>', 'why, in one sentence', sentence)
    .option('--watch', 'tell its progress until it has ended', false)
    .option('--ask', "ask to type the environment's name first", false)
    .option('--overtake', 'start another one although one runs, and take over from it', false)
    .action((options: Parameters<typeof rollback>[1]) => rollback(operation(), options));
  program
    .command('history')
    .description('Tells what authority and leases were, the oldest first.')
    .option('--json', 'for tools: the items as they are stored, in one array', false)
    .action((options: { readonly json: boolean }) => history(operation(), options));
}

interface StartFlags {
  readonly reason: string;
  readonly to?: number;
  readonly comparison?: string;
  readonly name?: string;
}

function addStart(program: Command, operation: () => Operation): void {
  program
    .command('start')
    .description('Asks for one of the machines in your own name, and starts it. Its gates decide whether it goes on.')
    .addArgument(new Argument('<machine>', 'what to start').choices(STARTED))
    .requiredOption('--reason <text>', 'why, in one sentence', sentence)
    .option('--to <percent>', 'advance: how much of the traffic AWS shall get', percent)
    .option('--comparison <id>', 'cutover: the comparison to rely on, by default the last one', identifier)
    .option('--name <name>', 'complete the start of this name, which ended in between', identifier)
    .action((machine: StartedMachine, flags: StartFlags) => {
      const made = operation();
      requireFitting(machine, flags, made.target);
      return start(made, { machine, ...flags });
    });
}

/** @throws UsageError when a machine is given what it does not know, or not what it needs */
function requireFitting(machine: StartedMachine, { to, comparison }: StartFlags, target: MigrationTarget): void {
  const steps = target.trafficSteps.join(', ');
  if (machine === 'advance' && (to === undefined || !target.trafficSteps.includes(to))) {
    throw new UsageError(`--to must be a step of ${target.environment} (${steps}), got ${to ?? 'nothing'}`);
  }
  if (machine !== 'advance' && to !== undefined) throw new UsageError(`--to is for advance only, got ${machine}`);
  if (machine !== 'cutover' && comparison !== undefined) {
    throw new UsageError(`--comparison is for cutover only, got ${machine}`);
  }
}

/** The longest reason, in characters: it stands in messages and in the input. */
const MAX_SENTENCE = 500;

function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed !== '' && trimmed.length <= MAX_SENTENCE && harmless(trimmed) === trimmed && !trimmed.includes('\n')) {
    return trimmed;
  }
  throw new InvalidArgumentError(`It must be one line of 1 to ${MAX_SENTENCE} characters.`);
}

function percent(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number of percent.');
}

/** @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
function identifier(text: string): string {
  if (/^[A-Za-z0-9_-]{1,80}$/.test(text)) return text;
  throw new InvalidArgumentError('It must have 1 to 80 letters, digits, - and _.');
}

function request(text: string): Request {
  const parsed = parseRequest(text);
  if (parsed !== undefined) return parsed;
  throw new InvalidArgumentError('It must be the name of an execution, or <name>.continue-<number>.');
}
