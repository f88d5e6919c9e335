import { UsageError } from '../shared/usage-error';
import { acts, type Plan } from './plan';
import type { PhaseChoice } from './phase';
import type { Rule, Violation } from './rule';

/** A violation, by which rule, and what allows it. */
export interface Finding extends Violation {
  readonly rule: string;
  /** The value of `--allow` for exactly this. */
  readonly allow: string;
}

/** What the guard says of a plan. */
export interface Judgement {
  readonly verdict: 'clear' | 'refused';
  readonly phases: readonly string[];
  readonly phaseFrom: string;
  readonly findings: readonly Finding[];
  readonly allowed: readonly Finding[];
  /** How many objects the plan does something to. */
  readonly changes: number;
  /** How many were changed outside of Terraform. */
  readonly drifted: number;
}

/**
 * Asks every rule.
 * @param allowed values of `--allow`
 * @throws UsageError when one of them allows nothing in this plan
 */
export function judgePlan(
  plan: Plan,
  { phases, from }: PhaseChoice,
  { rules, allowed }: { readonly rules: readonly Rule[]; readonly allowed: readonly string[] },
): Judgement {
  requireKnown(rules, allowed);
  const found = rules.flatMap((rule) =>
    rule
      .judge({ ...plan, phases })
      .map((violation): Finding => ({ rule: rule.id, allow: `${rule.id}:${violation.address}`, ...violation })),
  );
  const stale = allowed.filter((each) => !found.some(({ allow }) => allow === each));
  if (stale.length > 0) {
    throw new UsageError(
      stale
        .map(
          (each) =>
            `--allow must name a finding of this plan, got ${each}; leave it out, or write it as the guard prints it`,
        )
        .join('\n'),
    );
  }
  const findings = found.filter(({ allow }) => !allowed.includes(allow));
  return {
    verdict: findings.length === 0 ? 'clear' : 'refused',
    phases,
    phaseFrom: from,
    findings,
    allowed: found.filter(({ allow }) => allowed.includes(allow)),
    changes: plan.changes.filter((change) => acts(change) || change.action === 'forget').length,
    drifted: plan.drift.length,
  };
}

function requireKnown(rules: readonly Rule[], allowed: readonly string[]): void {
  for (const each of allowed) {
    const [id = ''] = each.split(':');
    if (!rules.some((rule) => rule.id === id) || !/^[^:]+:./.test(each)) {
      throw new UsageError(
        `--allow must be <rule>:<address> with one of the rules ${rules.map((rule) => rule.id).join(', ')}, got ${each}`,
      );
    }
  }
}
