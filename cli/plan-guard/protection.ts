import { changedAttributes, changedPaths } from './changed-paths';
import { acts, takesAway, type ResourceChange } from './plan';
import { applies, type Rule, type RuleInput, type Violation, violation } from './rule';

/** Attributes that only Terraform and the console know of: the services go on as before. */
export const TAGS = ['tags', 'tags_all'] as const;

export interface ProtectionInput extends Pick<Rule, 'id' | 'protects' | 'phases'> {
  /** The resource types. */
  readonly types: readonly string[];
  /**
   * What taking it away leads to.
   * @default taking it away is left alone
   */
  readonly taken?: string;
  /**
   * What changing it in place leads to, and the attributes whose change is harmless: any other is refused, so that what a
   * later provider adds is refused too.
   * @default changes in place are left alone
   */
  readonly changed?: { readonly reason: string; readonly harmless: readonly string[] };
  /**
   * Whether a change is of something to protect.
   * @default every one of the types
   */
  readonly concerns?: (change: ResourceChange) => boolean;
  /**
   * Whether a change is protected in other phases too, and why.
   * @default none is
   */
  readonly also?: (change: ResourceChange, input: RuleInput) => string | undefined;
}

/** A rule that keeps resources of some types: not deleted, replaced, forgotten, or found gone; and not changed, if asked. */
export function protection(input: ProtectionInput): Rule {
  const { id, protects, phases, types, taken, changed, concerns = () => true, also = () => undefined } = input;
  const judgeChange = (change: ResourceChange, plan: RuleInput): Violation[] => {
    if (!types.includes(change.type) || !concerns(change)) return [];
    const why = also(change, plan);
    if (!applies(phases, plan) && why === undefined) return [];
    const because = (reason: string): string => (why === undefined ? reason : `${reason} (${why})`);
    const wasGone =
      taken !== undefined &&
      change.action === 'create' &&
      plan.drift.some(({ gone, address }) => gone && address === change.address);
    if (wasGone) {
      return [
        {
          address: change.address,
          action: 'gone',
          changes: [],
          reason: because(`somebody removed it outside of Terraform, and the plan makes a new one: ${taken}`),
        },
      ];
    }
    if (taken !== undefined && takesAway(change)) {
      const paths = change.action === 'replace' ? replacingPaths(change) : [];
      const forgotten =
        change.action === 'forget' ? 'nobody looks after it any more, and the next plan may make a second one: ' : '';
      return [violation(change, paths, because(`${forgotten}${taken}`))];
    }
    if (changed === undefined || change.action !== 'update' || !acts(change)) return [];
    const harmful = changedAttributes(change).filter((name) => !changed.harmless.includes(name));
    if (harmful.length === 0) return [];
    const paths = changedPaths(change).filter((path) => harmful.some((name) => /^[^.[]+/.exec(path)?.[0] === name));
    return [violation(change, paths, because(changed.reason))];
  };
  return {
    id,
    protects,
    phases,
    judge: (plan) => [...plan.changes.flatMap((change) => judgeChange(change, plan)), ...goneForGood(plan, input)],
  };
}

/** What is gone and not made anew has no change that could be judged. */
function goneForGood(plan: RuleInput, { types, taken, phases }: ProtectionInput): Violation[] {
  if (taken === undefined || !applies(phases, plan)) return [];
  return plan.drift
    .filter(
      ({ gone, type, address }) =>
        gone && types.includes(type) && !plan.changes.some((change) => change.address === address),
    )
    .map(({ address }) => ({
      address,
      action: 'gone',
      changes: [],
      reason: `somebody removed it outside of Terraform: ${taken}`,
    }));
}

/** Why an object is replaced; what changes where Terraform does not say. */
const replacingPaths = (change: ResourceChange): readonly string[] =>
  change.replacePaths.length > 0 ? change.replacePaths : changedPaths(change);
