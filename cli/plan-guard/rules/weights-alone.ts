import { at, changedPaths } from '../changed-paths';
import { acts, takesAway, type Json, type ResourceChange } from '../plan';
import { type Rule, type Violation, violation } from '../rule';
import { EVERY_PHASE } from './phases';

const isWeighted = ({ type, before, after, unknown }: ResourceChange): boolean =>
  type === 'aws_route53_record' &&
  [before, after, unknown].some((side) => {
    const policy = at(side, 'weighted_routing_policy');
    return policy === true || (Array.isArray(policy) && policy.length > 0);
  });

/** The weight; undefined where there is none, or it is not known before the apply. */
export function weightOf(values: unknown): number | undefined {
  const weight = at(at(at(values as Json, 'weighted_routing_policy'), '0'), 'weight');
  return typeof weight === 'number' ? weight : undefined;
}

const movesWeight = (change: ResourceChange): boolean =>
  change.action === 'update' && changedPaths(change).some((path) => path.startsWith('weighted_routing_policy'));

/** The records that share a name; what is not known is no name of its own. */
const setOf = ({ before, after }: ResourceChange): string =>
  JSON.stringify(['zone_id', 'name', 'type'].map((name) => after?.[name] ?? before?.[name] ?? null));

/** What stands beside a weight change: nothing may, so that going back is the same change with the old number. */
function mixed(records: readonly ResourceChange[], others: readonly ResourceChange[]): Violation[] {
  if (others.length === 0) return [];
  const [first] = others;
  const named = others.length === 1 ? String(first?.address) : `${first?.address ?? ''} and ${others.length - 1} more`;
  return records.map((change) =>
    violation(
      change,
      changedPaths(change),
      `a change of weights must be alone, and this plan also changes ${named}: apply those first, at the present weights`,
    ),
  );
}

function notHundred(records: readonly ResourceChange[]): Violation[] {
  return [...new Set(records.map(setOf))].flatMap((name) => {
    const set = records.filter((record) => setOf(record) === name);
    const moved = set.filter((record) => movesWeight(record) || record.action === 'create');
    const weights = set.filter(({ after }) => after !== undefined).map(({ after }) => weightOf(after));
    const sum = weights.reduce<number>((total, weight) => total + (weight ?? Number.NaN), 0);
    if (moved.length === 0 || sum === 100) return [];
    const got = weights.map((weight) => weight ?? 'not known').join(' + ');
    return moved.map((change) =>
      violation(change, changedPaths(change), `the weights of a name must hold 100 together, got ${got}`),
    );
  });
}

function taken(records: readonly ResourceChange[]): Violation[] {
  return records
    .filter((record) => takesAway(record))
    .map((record) =>
      violation(
        record,
        record.replacePaths,
        'with one record gone every request goes to the other side, whatever its weight',
      ),
    );
}

/** A record that comes with a share sends requests at once. */
function begun(records: readonly ResourceChange[]): Violation[] {
  return records
    .filter(({ action, after }) => action === 'create' && after?.set_identifier === 'aws' && weightOf(after) !== 0)
    .map((record) =>
      violation(
        record,
        [],
        'the record that leads to AWS must begin with weight 0: requests come when a gate allows them',
      ),
    );
}

export const weightsAlone: Rule = {
  id: 'weights-alone',
  protects:
    'The weighted records: a change of weights stands alone in its plan, and the weights of a name hold 100 together.',
  phases: EVERY_PHASE,
  judge: ({ changes }) => {
    const records = changes.filter(isWeighted);
    const moved = records.filter(movesWeight);
    // Both records of a name move in one plan; a tag or health check of theirs is something else.
    const others = changes.filter(
      (change) =>
        (change.action === 'forget' || acts(change)) &&
        !(
          movesWeight(change) &&
          isWeighted(change) &&
          changedPaths(change).every((path) => path.startsWith('weighted_routing_policy'))
        ),
    );
    return [...mixed(moved, others), ...notHundred(records), ...taken(records), ...begun(records)];
  },
};
