import * as z from 'zod/mini';
import type { MigrationRecord } from '../../shared/authority/migration-authority';
import { NO_CLEARANCE } from '../../shared/traffic/clearance-bounds';
import type { Weights } from '../../shared/traffic/traffic';
import { weightsText } from '../../shared/traffic/weights';
import type { ControlDependencies } from '../dependencies';
import {
  assessmentGate,
  authorityGate,
  type Reasons,
  releaseGate,
  replicationGate,
  safetyOf,
  stepBefore,
  weightsGate,
} from '../gates/gates';
import { ASSESSMENT, inputField, readGiven, WEIGHTS } from '../given';
import type { Step, StepContext } from '../step';
import { done, expired } from './answers';
import { freezeDeadline } from './freeze-budget';
import { standingFreeze } from './freeze-state';
import { judged, refusedFor, wait } from './judged';

const GIVEN_WEIGHTS = z.object({ weights: WEIGHTS });
const GIVEN_GATES = z.object({ weights: WEIGHTS, assessment: ASSESSMENT });

type Gated = Pick<
  ControlDependencies,
  'authority' | 'replication' | 'release' | 'alarms' | 'trafficSteps' | 'settings'
>;

/** What both an advance and a cutover need. */
export async function commonReasons(
  { authority, replication, release, alarms, settings }: Omit<Gated, 'trafficSteps'>,
  assessment: z.output<typeof ASSESSMENT>,
  weights: Weights,
): Promise<{ readonly reasons: Reasons; readonly record: MigrationRecord; readonly lagSeconds?: number }> {
  const [record, forward, running, reading] = await Promise.all([
    authority.record(),
    replication.status('forward'),
    release.read(),
    alarms.safeToAdvance(),
  ]);
  return {
    record,
    reasons: [
      ...authorityGate(record),
      ...replicationGate(forward, settings.maxLagSeconds),
      ...assessmentGate(assessment),
      ...releaseGate(running),
      ...safetyOf(reading, weights.aws > 0).reasons,
    ],
    ...(forward.lagSeconds === undefined ? {} : { lagSeconds: forward.lagSeconds }),
  };
}

interface Target {
  readonly to: number;
  /** Percent of AWS at the step before. */
  readonly before: number;
}

/** What the input asks for, or why that is no step. */
async function targetOf(
  { trafficSteps }: Pick<ControlDependencies, 'trafficSteps'>,
  { input }: Pick<StepContext, 'input'>,
): Promise<Target | { readonly problem: string }> {
  const steps = await trafficSteps.read();
  const to = inputField(input, 'to');
  const before = typeof to === 'number' ? stepBefore(to, steps) : undefined;
  if (typeof to === 'number' && before !== undefined) return { to, before };
  return {
    problem: `input.to must be one of ${steps.join(', ')} (percent of AWS), got ${JSON.stringify(to) ?? 'nothing'}`,
  };
}

/** Everything that must hold before more traffic goes to AWS, all at once. */
export const advanceGates: Step<Gated> = async (dependencies, context) => {
  const { weights, assessment } = readGiven(GIVEN_GATES, context);
  await dependencies.authority.confirm(context.executor);
  const target = await targetOf(dependencies, context);
  const { reasons, record, ...lag } = await commonReasons(dependencies, assessment, weights);
  const all = [
    ...('problem' in target ? [target.problem] : expectedWeightsReasons(weights, target, record)),
    ...reasons,
  ];
  const what = 'problem' in target ? 'the advance' : `the advance to ${target.to}`;
  return judged(what, all, lag);
};

/** The weights of the step before, or those asked for, which an execution that ended early had cleared. */
function expectedWeightsReasons(weights: Weights, { to, before }: Target, { clearance }: MigrationRecord): Reasons {
  const isCleared = clearance !== undefined && clearance.maxAwsWeight >= to;
  if (isCleared && weightsGate(weights, to, '').length === 0) return [];
  return weightsGate(weights, before, `the step before ${to}`);
}

type Clearing = Pick<ControlDependencies, 'authority' | 'clearance' | 'trafficSteps'>;

/** Lets Terraform and the guard accept the weight that the input asks for, and nothing beyond. */
export const raiseClearance: Step<Clearing> = async (dependencies, context) => {
  const { authority, clearance } = dependencies;
  const target = await targetOf(dependencies, context);
  if ('problem' in target) return refusedFor('raising the clearance', [target.problem]);
  const { to, before } = target;
  await authority.confirm(context.executor);
  const record = await authority.record();
  const reasons = authorityGate(record);
  if (reasons.length > 0) return refusedFor('raising the clearance', reasons);
  const { minAwsWeight } = record.clearance ?? NO_CLEARANCE;
  const set = await authority.setClearance(context.executor, {
    minAwsWeight: Math.min(minAwsWeight, before),
    maxAwsWeight: to,
    reason: `The advance to ${to} was found safe.`,
  });
  await clearance.write(set);
  return done(`AWS may get up to ${to} percent of the traffic`, {
    previous: before,
    waitingFor: deployText(to),
  });
};

const deployText = (to: number): string =>
  `deploy the weight: cdktf deploy <environment> --var=aws_traffic_weight=${to}, or set aws_traffic_weight in Terraform Cloud and confirm the run`;

/** Whether the weights are what was cleared: an operator deploys them. The time counts from when they were cleared. */
export const checkWeights: Step<Pick<ControlDependencies, 'authority' | 'clock' | 'settings'>> = async (
  { authority, clock, settings },
  { executor, given, input, state },
) => {
  const { weights } = readGiven(GIVEN_WEIGHTS, { given, state });
  await authority.confirm(executor);
  const to = Number(inputField(input, 'to'));
  if (weights.aws === to && weights['on-prem'] === 100 - to)
    return done(`AWS gets ${to} percent of the traffic`, { weights });
  const { clearance = NO_CLEARANCE } = await authority.record();
  const over = clock.now() - Date.parse(clearance.at) >= settings.weightTimeoutMinutes * 60_000;
  const found = `the weights must be aws ${to}, on-prem ${100 - to}, got ${weightsText(weights)}`;
  if (over) return expired(`${found} ${settings.weightTimeoutMinutes} minutes after they were cleared`, [found]);
  return wait(found, { waitingFor: deployText(to) });
};

/**
 * Takes clearance back. To 0 it needs nothing but the lease, for a rollback must always be possible; to the step before, it is
 * reckoned from the steps, so that a repeated call finds the same.
 */
export const lowerClearance: Step<Clearing> = async (dependencies, context) => {
  const { authority, clearance } = dependencies;
  const { to } = readGiven(z.object({ to: z.union([z.literal('previous'), z.literal(0)]) }), context);
  const most = to === 0 ? 0 : await previous();
  await authority.confirm(context.executor);
  const least = to === 0 ? 0 : ((await authority.record()).clearance ?? NO_CLEARANCE).minAwsWeight;
  const set = await authority.setClearance(context.executor, {
    minAwsWeight: Math.min(least, most),
    maxAwsWeight: most,
    reason: to === 0 ? 'Traffic goes back to on-premises.' : `The advance beyond ${most} was given up.`,
  });
  await clearance.write(set);
  return done(`AWS may get up to ${most} percent of the traffic`, { weights: { aws: most, 'on-prem': 100 - most } });

  async function previous(): Promise<number> {
    const target = await targetOf(dependencies, context);
    if ('problem' in target) throw new Error(target.problem);
    return target.before;
  }
};

/**
 * No weight below 100 may be set from now on: on-premises will not be written.
 * @throws AuthorityMoved when nothing is frozen
 */
export const requireAwsWeight: Step<
  Pick<ControlDependencies, 'authority' | 'clearance' | 'clock' | 'settings'>
> = async ({ authority, clearance, clock, settings }, context) => {
  const { record } = await standingFreeze({ authority }, context);
  const { freezeBudgetSeconds: seconds, freezeGraceSeconds } = settings;
  if (clock.now() >= freezeDeadline(record, { seconds, graceMs: freezeGraceSeconds * 1000 })) {
    return expired(`the freeze must end within ${seconds} s, which are over`);
  }
  const set = await authority.setClearance(context.executor, {
    minAwsWeight: 100,
    maxAwsWeight: 100,
    reason: 'The data is switched to Aurora: on-premises may not be written.',
  });
  await clearance.write(set);
  return done('AWS must get all of the traffic');
};
