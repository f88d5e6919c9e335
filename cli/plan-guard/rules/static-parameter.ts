import { at, changedAttributes } from '../changed-paths';
import type { Json, ResourceChange } from '../plan';
import { applies, type Rule, violation } from '../rule';
import { DATA_ON_AURORA } from './phases';

const TYPES = ['aws_rds_cluster_parameter_group', 'aws_db_parameter_group'];

/** The parameters that only a restart brings into force; undefined where they are not known before the apply. */
function staticParameters(parameters: Json | undefined): readonly string[] {
  return (Array.isArray(parameters) ? (parameters as Json[]) : [])
    .filter((parameter) => at(parameter, 'apply_method') !== 'immediate')
    .map((parameter) => `${JSON.stringify(at(parameter, 'name'))}=${JSON.stringify(at(parameter, 'value'))}`);
}

/** The names of the parameters that stand on one side only, or with another value. */
function differing(change: ResourceChange): readonly string[] {
  if (at(change.unknown, 'parameter') === true) return ['parameter'];
  const before = staticParameters(change.before?.parameter);
  const after = staticParameters(change.after?.parameter);
  const names = [...before.filter((each) => !after.includes(each)), ...after.filter((each) => !before.includes(each))];
  return [...new Set(names.map((each) => `parameter ${each.slice(1, each.indexOf('"', 1))}`))].sort();
}

export const staticParameter: Rule = {
  id: 'static-parameter',
  protects: 'Database parameters that wait for a restart, for instance rds.logical_replication.',
  phases: DATA_ON_AURORA,
  judge: (input) =>
    applies(DATA_ON_AURORA, input)
      ? input.changes
          .filter((change) => TYPES.includes(change.type) && change.action === 'update')
          .filter((change) => changedAttributes(change).includes('parameter'))
          .map((change) => ({ change, names: differing(change) }))
          .filter(({ names }) => names.length > 0)
          .map(({ change, names }) =>
            violation(
              change,
              names,
              'it waits for a restart and then comes unasked, with the next failover: plan the restart with it, at a time of your own',
            ),
          )
      : [],
};
