import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runPlanGuard } from '../../../cli/plan-guard/command';
import { readPlan } from '../../../cli/plan-guard/read-plan';
import type { Phase, Rule, Violation } from '../../../cli/plan-guard/rule';

/** A change as Terraform prints it; what is left out is what an update of one resource has. */
export interface PrintedChange {
  readonly type: string;
  readonly address?: string;
  readonly previous_address?: string;
  readonly mode?: string;
  readonly deposed?: string;
  readonly actions?: readonly string[];
  readonly before?: object | null;
  readonly after?: object | null;
  readonly after_unknown?: unknown;
  readonly before_sensitive?: unknown;
  readonly after_sensitive?: unknown;
  readonly replace_paths?: readonly (readonly (string | number)[])[];
  readonly importing?: object;
}

const printed = ({ type, address, previous_address, mode, deposed, ...change }: PrintedChange): object => ({
  address: address ?? `${type}.This`,
  previous_address,
  mode: mode ?? 'managed',
  type,
  deposed,
  change: { actions: ['update'], before: {}, after: {}, ...change },
});

/** A plan as `terraform show -json` prints it. */
export const planText = (
  changes: readonly PrintedChange[],
  {
    drift = [],
    phase,
    ...rest
  }: { readonly drift?: readonly PrintedChange[]; readonly phase?: string; readonly [key: string]: unknown } = {},
): string =>
  JSON.stringify({
    format_version: '1.2',
    terraform_version: '1.11.4',
    planned_values: {
      root_module: phase === undefined ? {} : { resources: [{ values: { tags_all: { MigrationPhase: phase } } }] },
    },
    resource_changes: changes.map(printed),
    resource_drift: drift.map(printed),
    ...rest,
  });

/** What one rule says of a plan in a phase. */
export const violationsOf = (
  rule: Rule,
  changes: readonly PrintedChange[],
  { phase = 'traffic-shift', drift = [] }: { readonly phase?: Phase; readonly drift?: readonly PrintedChange[] } = {},
): readonly Violation[] => rule.judge({ ...readPlan(planText(changes, { drift })), phases: [phase] });

/** Runs the command on a text that stands for a file. */
export async function guard(
  text: string,
  ...options: readonly string[]
): Promise<{ exitCode: number; said: string[]; complained: string[] }> {
  const said: string[] = [];
  const complained: string[] = [];
  const exitCode = await runPlanGuard(['plan.json', ...options], {
    read: () => Promise.resolve(text),
    say: (line) => said.push(line),
    complain: (line) => complained.push(line),
  });
  return { exitCode, said, complained };
}

/** A plan that real Terraform made of the stack prod, reduced to what is told of it. */
export const sample = (name: string): string => readFileSync(join(__dirname, 'plans', `${name}.json`), 'utf8');
