import { Command, CommanderError, Option } from 'commander';
import { MIGRATION_PHASES } from '../../environments/environment';
import { errorText } from '../shared/aws-errors';
import type { Say } from '../shared/command';
import { UsageError } from '../shared/usage-error';
import { judgePlan } from './judge';
import { judgementLines } from './lines';
import { choosePhase } from './phase';
import { readPlan, UnreadablePlan } from './read-plan';
import { RULES } from './rules';

export interface PlanGuardDependencies {
  /** Reads a file; `-` is the standard input. */
  readonly read: (file: string) => Promise<string>;
  readonly say: Say;
  /** Takes one line of what went wrong. */
  readonly complain: Say;
}

const EXIT = { clear: 0, refused: 1 } as const;
const EXIT_UNKNOWN = 2;

interface Options {
  readonly phase?: string;
  readonly allow: readonly string[];
  readonly json: boolean;
}

const EXPLANATION = `
Rules (docs/plan-guard.md):
${RULES.map(({ id, protects }) => `  ${id.padEnd(22)}${protects}`).join('\n')}

Exit status: 0 nothing is refused, 1 something is, 2 could not tell (also: wrong usage, an --allow that matches nothing).`;

/**
 * Runs `plan-guard` with arguments as the shell splits them.
 * @returns 0: nothing is refused, 1: something is, 2: could not tell, for whatever reason; what goes wrong is said, not thrown
 */
export async function runPlanGuard(args: readonly string[], dependencies: PlanGuardDependencies): Promise<number> {
  const { say, complain } = dependencies;
  const command = planGuardCommand(dependencies);
  let asJson = args.includes('--json');
  try {
    const parsed = command.parse([...args], { from: 'user' });
    const { phase, allow, json } = parsed.opts<Options>();
    asJson = json;
    const plan = readPlan(await readFile(dependencies, parsed.args[0] ?? ''));
    const judgement = judgePlan(plan, choosePhase(plan, phase), { rules: RULES, allowed: allow });
    if (json) say(JSON.stringify(judgement, null, 2));
    else judgementLines(judgement).forEach((line) => say(line));
    return EXIT[judgement.verdict];
  } catch (error) {
    // Commander has said it already; asking for help is no mistake.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_UNKNOWN;
    const known = error instanceof UsageError || error instanceof UnreadablePlan;
    const problem = known ? error.message : errorText(error);
    complain(error instanceof UsageError ? problem : `could not tell: ${problem}`);
    if (asJson) say(JSON.stringify({ verdict: 'unknown', problem }, null, 2));
    return EXIT_UNKNOWN;
  }
}

const planGuardCommand = ({ say, complain }: Pick<PlanGuardDependencies, 'say' | 'complain'>): Command =>
  new Command('plan-guard')
    .usage('<plan.json> [options]')
    .description('Refuses a Terraform plan that would harm a migration under way. Reads the file only.')
    .argument('<plan.json>', 'what terraform show -json <plan> printed; - for the standard input')
    .addOption(
      new Option(
        '--phase <phase>',
        `where the migration stands: ${MIGRATION_PHASES.join(', ')} (default: the tag MigrationPhase in the plan)`,
      ),
    )
    .addOption(
      new Option('--allow <rule>:<address>', 'allow one finding, as the guard prints it; may be repeated')
        .argParser((value: string, all: readonly string[]) => [...all, value])
        .default([], 'none'),
    )
    .option('--json', 'print the findings as JSON', false)
    .addHelpText('after', EXPLANATION)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: (text) => say(text.trimEnd()), writeErr: (text) => complain(text.trimEnd()) });

async function readFile({ read }: PlanGuardDependencies, file: string): Promise<string> {
  try {
    return await read(file);
  } catch (error) {
    throw new UnreadablePlan(`${file} must be a file that can be read, got ${errorText(error)}`, { cause: error });
  }
}
