import { at, changedAttributes, changedPaths } from '../changed-paths';
import { takesAway, type Attributes, type Json, type Plan, type ResourceChange } from '../plan';
import { type Rule, type Violation, violation } from '../rule';
import { EVERY_PHASE } from './phases';

/** The alias that always names the newest version. */
const GREEN = 'green';
const LISTENERS = ['aws_lb_listener', 'aws_lb_listener_rule'];
const ACTION_OF: Readonly<Record<string, string>> = {
  aws_lb_listener: 'default_action',
  aws_lb_listener_rule: 'action',
};

const both = (change: ResourceChange): Attributes[] =>
  [change.before, change.after].filter((side) => side !== undefined);

const textOf = (values: Attributes | undefined, name: string): string | undefined => {
  const value = values?.[name];
  return typeof value === 'string' ? value : undefined;
};

/** The target groups that lead to green: those whose target is the alias, and those that are named so. */
function greenTargetGroups(changes: readonly ResourceChange[]): ReadonlySet<string> {
  const aliases = changes
    .filter(({ type }) => type === 'aws_lambda_alias')
    .flatMap(both)
    .filter((values) => values.name === GREEN)
    .map((values) => textOf(values, 'arn'));
  const isGreen = (target: string | undefined): boolean =>
    target !== undefined && (target.endsWith(`:${GREEN}`) || aliases.includes(target));
  const attached = changes
    .filter(({ type }) => type === 'aws_lb_target_group_attachment')
    .flatMap(both)
    .filter((values) => isGreen(textOf(values, 'target_id')))
    .map((values) => textOf(values, 'target_group_arn'));
  const named = changes
    .filter(({ type }) => type === 'aws_lb_target_group')
    .flatMap(both)
    .filter((values) => textOf(values, 'name')?.split('-').includes(GREEN) === true)
    .map((values) => textOf(values, 'arn'));
  return new Set([...attached, ...named].filter((arn) => arn !== undefined));
}

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as Json[]) : []);

/** The target groups of a listener's side with their weights; an action to one target group gives it everything. */
const targetsOf = (
  type: string,
  values: Attributes | undefined,
): { arn: Json | undefined; weight: Json | undefined }[] =>
  listOf(values?.[ACTION_OF[type] ?? '']).flatMap((action) => {
    const weighted = listOf(at(action, 'forward'))
      .flatMap((forward) => listOf(at(forward, 'target_group')))
      .map((group) => ({ arn: at(group, 'arn'), weight: at(group, 'weight') }));
    const single = at(action, 'target_group_arn');
    return weighted.length > 0 || typeof single !== 'string' || single === '' ? weighted : [{ arn: single, weight: 1 }];
  });

/** Where green gets requests, before or after the plan; a weight that is not known before the apply counts as one. */
function greenTraffic({ changes }: Plan): string[] {
  const green = greenTargetGroups(changes);
  return changes
    .filter(({ type }) => LISTENERS.includes(type))
    .flatMap((listener) => {
      const [before, after] = [listener.before, listener.after].map((values) =>
        targetsOf(listener.type, values).some(
          ({ arn, weight }) => typeof arn === 'string' && green.has(arn) && weight !== 0,
        ),
      );
      const unknown = listener.before !== undefined && at(listener.unknown, ACTION_OF[listener.type] ?? '') === true;
      if (before !== true && after !== true && !unknown) return [];
      const when = unknown
        ? 'perhaps after the plan'
        : before === true
          ? after === true
            ? 'before and after the plan'
            : 'until this plan'
          : 'from this plan on';
      return [`${listener.address} sends green requests ${when}`];
    });
}

/** The functions that the alias green belongs to. */
function greenFunctions(changes: readonly ResourceChange[]): ReadonlySet<string> {
  return new Set(
    changes
      .filter(({ type }) => type === 'aws_lambda_alias')
      .flatMap(both)
      .filter((values) => values.name === GREEN)
      .flatMap((values) => nameOf(textOf(values, 'function_name')) ?? []),
  );
}

/** The function's name, where an ARN may stand for it. */
const nameOf = (function_: string | undefined): string | undefined => function_?.split(':').at(-1);

/** Whether a change gives green other code, or none: a new version, another one, an alias or function taken away. */
function releases(change: ResourceChange, functions: ReadonlySet<string>): boolean {
  const values = change.before ?? {};
  if (change.type === 'aws_lambda_function') {
    if (!functions.has(textOf(values, 'function_name') ?? '')) return false;
    return (
      takesAway(change) ||
      (change.action === 'update' && changedAttributes(change).some((name) => PUBLISHED.includes(name)))
    );
  }
  if (change.type !== 'aws_lambda_alias' || !functions.has(nameOf(textOf(values, 'function_name')) ?? '')) return false;
  return (
    takesAway(change) || (change.action === 'update' && changedAttributes(change).some((name) => MOVED.includes(name)))
  );
}

/** What tells that a version is published. */
const PUBLISHED = ['version', 'qualified_arn', 'source_code_hash', 'image_uri', 's3_key', 's3_object_version'];
/** What makes an alias lead elsewhere. */
const MOVED = ['function_version', 'routing_config', 'name', 'function_name'];

export const releaseUnderGreen: Rule = {
  id: 'release-under-green',
  protects:
    'The payment API’s green version while it answers requests: a release replaces it all at once, without steps.',
  phases: EVERY_PHASE,
  judge: (plan): Violation[] => {
    const functions = greenFunctions(plan.changes);
    const [traffic] = greenTraffic(plan);
    if (traffic === undefined) return [];
    return plan.changes
      .filter((change) => releases(change, functions))
      .map((change) =>
        violation(
          change,
          changedPaths(change),
          `${traffic}: they would meet the new version at once; promote what green is, set green_traffic_weight to 0, then release`,
        ),
      );
  },
};
