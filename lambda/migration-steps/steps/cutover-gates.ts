import * as z from 'zod/mini';
import { SIDES } from '../../shared/authority/authority';
import type { ControlDependencies } from '../dependencies';
import {
  budgetGate,
  comparisonGate,
  fenceGate,
  predictedFreezeSeconds,
  reverseGate,
  weightsGate,
} from '../gates/gates';
import { ASSESSMENT, PREDICTION, readGiven, WEIGHTS } from '../given';
import type { Step } from '../step';
import { commonReasons } from './advance';
import { judged } from './judged';

const GIVEN = z.object({ weights: WEIGHTS, assessment: ASSESSMENT, prediction: PREDICTION, comparison: z.string() });

type Dependencies = Pick<
  ControlDependencies,
  | 'authority'
  | 'fence'
  | 'replication'
  | 'release'
  | 'alarms'
  | 'comparisons'
  | 'checks'
  | 'applyRoles'
  | 'clock'
  | 'settings'
>;

/**
 * Everything that must hold before the databases are frozen, all at once: what an advance needs, all traffic on AWS, and nothing
 * left that takes longer than the freeze may: compared, indexed, the way back ready, the time predicted. Judges the comparison
 * that the prediction was made on and the freeze verifies from.
 */
export const cutoverGates: Step<Dependencies> = async (dependencies, context) => {
  const { authority, fence, replication, comparisons, checks, applyRoles, clock, settings } = dependencies;
  const { weights, assessment, prediction, comparison } = readGiven(GIVEN, context);
  await authority.confirm(context.executor);
  const [common, rows, run, reverse, missing, roles] = await Promise.all([
    commonReasons(dependencies, assessment, weights),
    Promise.all(SIDES.map((side) => fence.read(side))),
    comparisons.read(comparison),
    replication.status('reverse'),
    Promise.all(SIDES.map((side) => checks.problems(side))).then((found) => found.flat()),
    applyRoles.problems(),
  ]);
  const seconds = predictedFreezeSeconds(replication.kind, common.lagSeconds, prediction.seconds);
  const reasons = [
    ...weightsGate(weights, 100, 'all traffic'),
    ...common.reasons,
    ...fenceGate(rows),
    ...comparisonGate(run, comparison, clock.now()),
    ...missing.map(
      (problem) =>
        `both databases must have everything in force before the freeze, on-premises for the way back, got: ${problem}`,
    ),
    ...reverseGate(reverse, replication.kind),
    ...roles,
    ...budgetGate(prediction, seconds, settings.freezeBudgetSeconds),
  ];
  const lag = common.lagSeconds === undefined ? {} : { lagSeconds: common.lagSeconds };
  return judged(
    `the cutover, predicted to freeze for ${seconds} of at most ${settings.freezeBudgetSeconds} s`,
    reasons,
    { ...lag, estimatedSeconds: seconds, comparison },
  );
};
