/** What a plan does to one object, in one word. */
export const ACTIONS = ['none', 'create', 'update', 'replace', 'delete', 'forget'] as const;
export type Action = (typeof ACTIONS)[number];

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The attributes of an object. */
export type Attributes = Readonly<Record<string, Json>>;

/** What a plan does to one object of a managed resource. */
export interface ResourceChange {
  /** The whole address: modules, `count` and `for_each` included; for a deposed object with ` (deposed <key>)` behind it. */
  readonly address: string;
  /** Where it stood before, if it was moved. */
  readonly previousAddress?: string;
  readonly type: string;
  readonly action: Action;
  /** Terraform's own words, for instance `create, delete`. */
  readonly actions: string;
  /** As it is, as the plan read it; undefined where there is none. */
  readonly before: Attributes | undefined;
  /** As it will be, as far as that is known; undefined where there will be none. */
  readonly after: Attributes | undefined;
  /** What of `after` is not known before it is applied: true in the place of the value. */
  readonly unknown: Json;
  /** What must not be shown: true in the place of the value. */
  readonly sensitive: readonly Json[];
  /** The attributes that make Terraform replace the object. */
  readonly replacePaths: readonly string[];
}

/** A change that somebody made outside of Terraform, as the plan found it. */
export interface Drift {
  readonly address: string;
  readonly type: string;
  /** Whether the object is gone. */
  readonly gone: boolean;
}

/** A plan, as far as the rules ask. */
export interface Plan {
  /** Every managed object, changed or not. */
  readonly changes: readonly ResourceChange[];
  readonly drift: readonly Drift[];
  /** The values of the tag MigrationPhase that the objects will have, and those that they have. */
  readonly phaseTags: { readonly planned: readonly string[]; readonly present: readonly string[] };
}

/** Whether there is something of an object that a plan would take away: an object that is only created has nothing. */
export const takesAway = ({ action }: ResourceChange): boolean =>
  action === 'delete' || action === 'replace' || action === 'forget';

/** Whether anything is done to the object itself, not only to what Terraform knows of it. */
export const acts = ({ action }: ResourceChange): boolean => action !== 'none' && action !== 'forget';
