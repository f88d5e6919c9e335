import type { ControlDependencies } from './dependencies';
import type { StepTable } from './handler';
import type { StepContext } from './step';
import { abandonFreeze } from './steps/abandon-freeze';
import { advanceGates, checkWeights, lowerClearance, raiseClearance, requireAwsWeight } from './steps/advance';
import { awaitApproval, requestApproval } from './steps/approval';
import { archiveHistory } from './steps/archive-history';
import { armOpposite } from './steps/arm-opposite';
import { awaitContinue, bake } from './steps/bake';
import { checkWindow } from './steps/check-window';
import { awaitComparison, startComparison } from './steps/comparison';
import { checkConstraints } from './steps/constraints';
import { cutoverGates } from './steps/cutover-gates';
import type { DataPathDependencies } from './steps/dependencies';
import { drain } from './steps/drain';
import { freeze } from './steps/freeze';
import { judgeVerification } from './steps/judge-verification';
import { withKnownComparison } from './steps/known-comparison';
import { acquire, release, takeOver } from './steps/lease';
import { notify } from './steps/notify';
import { open } from './steps/open';
import { position } from './steps/position';
import { probe } from './steps/probe';
import { awaitLoad, awaitRunning, judgeAssessment, resumeForward, startLoad } from './steps/replicate';
import { retireReverse } from './steps/retire-reverse';
import { setSequences } from './steps/sequences';
import { settleFailure } from './steps/settle-failure';
import { stopDrained } from './steps/stop-drained';

/** What all steps together are made of: AWS's adapters, or the rehearsal's. `release` is the payment API's. */
export type StepDependencies = DataPathDependencies & ControlDependencies;

/** Every step, made of these. */
export function createStepTable(deps: StepDependencies): StepTable {
  const steps = {
    release,
    'judge-assessment': judgeAssessment,
    'start-load': startLoad,
    'await-load': awaitLoad,
    'resume-forward': resumeForward,
    'await-running': awaitRunning,
    'start-comparison': startComparison,
    'await-comparison': awaitComparison,
    'advance-gates': advanceGates,
    'raise-clearance': raiseClearance,
    'check-weights': checkWeights,
    bake,
    'await-continue': awaitContinue,
    'lower-clearance': lowerClearance,
    'cutover-gates': cutoverGates,
    'request-approval': requestApproval,
    'await-approval': awaitApproval,
    freeze,
    drain,
    'judge-verification': judgeVerification,
    sequences: setSequences,
    constraints: checkConstraints,
    'stop-drained': stopDrained,
    'arm-opposite': armOpposite,
    'require-aws-weight': requireAwsWeight,
    open,
    probe,
    'abandon-freeze': abandonFreeze,
    'settle-failure': settleFailure,
    notify,
    'check-window': checkWindow,
    'retire-reverse': retireReverse,
    'archive-history': archiveHistory,
  } as const;
  const bound = Object.fromEntries(
    Object.entries(steps).map(([name, step]) => [name, (context: StepContext) => step(deps, context)]),
  ) as Record<keyof typeof steps, StepTable['executor'][keyof typeof steps]>;
  return {
    lease: {
      acquire: (context) => acquire(deps, context),
      'take-over': (context) => takeOver(deps, context),
    },
    executor: {
      ...bound,
      position: async (context) => withKnownComparison(deps, context, await position(deps, context)),
    },
  };
}
