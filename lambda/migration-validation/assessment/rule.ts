import type { Facts } from './facts-model';
import type { Severity } from './model';
import type { Limits } from './options';

/** A part of the facts that may be missing. */
export type Part = Exclude<keyof Facts, 'selection'>;

/** What a rule says of itself: the same for every object, and what docs/assessment.md prints. */
export interface RuleHead {
  readonly id: string;
  readonly severity: Severity;
  /** What happens otherwise. */
  readonly reason: string;
  /** The statement or setting that removes it; names in angle brackets. */
  readonly fix: string;
  readonly page: string;
}

/** What a rule found. */
export interface Hit {
  readonly object: string;
  readonly value?: string | number | boolean;
  /** The statement for this very object. @default the rule's own */
  readonly fix?: string;
}

export interface Rule extends RuleHead {
  /** The facts that it needs; without one of them it cannot tell. */
  readonly needs: readonly Part[];
  readonly check: (facts: Facts, limits: Limits) => readonly Hit[];
}

/** The facts, of which these are there. */
type Known<P extends Part> = Facts & { readonly [Name in P]-?: NonNullable<Facts[Name]> };

/** A rule that gets the facts it needs, and is asked only where they are there. */
export function rule<P extends Part>(
  needs: readonly P[],
  head: RuleHead,
  check: (facts: Known<P>, limits: Limits) => readonly Hit[],
): Rule {
  return {
    ...head,
    needs,
    check: (facts, limits) => {
      const missing = needs.filter((part) => facts[part] === undefined);
      if (missing.length > 0) throw new Error(`rule ${head.id} needs ${missing.join(', ')}`);
      return check(facts as unknown as Known<P>, limits);
    },
  };
}
