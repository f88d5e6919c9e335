import type { MIGRATION_PHASES } from '../../environments/environment';
import type { Plan, ResourceChange } from './plan';

export type Phase = (typeof MIGRATION_PHASES)[number];

/** What a rule is asked about. */
export interface RuleInput extends Plan {
  /** The phases that count: more than one where the plan changes the phase. */
  readonly phases: readonly Phase[];
}

/** What a rule finds. */
export interface Violation {
  readonly address: string;
  /** What the plan does, in Terraform's words, or `gone` for what somebody removed outside of Terraform. */
  readonly action: string;
  /** What becomes different: paths of attributes, never values. */
  readonly changes: readonly string[];
  readonly reason: string;
}

/** Something that no plan may do without a person's word for it. */
export interface Rule {
  readonly id: string;
  /** What it protects, in one sentence. */
  readonly protects: string;
  /** The phases in which it applies whatever the plan says of the resources. */
  readonly phases: readonly Phase[];
  /** Pure: the same plan gives the same violations. */
  readonly judge: (input: RuleInput) => readonly Violation[];
}

/** Whether a rule's phases are among those that count. */
export const applies = (phases: readonly Phase[], input: RuleInput): boolean =>
  input.phases.some((phase) => phases.includes(phase));

/** A violation by a change, without the reason. */
export const violation = (change: ResourceChange, changes: readonly string[], reason: string): Violation => ({
  address: change.address,
  action: change.action === 'none' ? 'changed outside' : change.actions,
  changes,
  reason,
});
