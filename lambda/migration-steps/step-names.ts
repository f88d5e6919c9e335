/** The steps that take the lease: whoever calls them has none yet. */
export const LEASE_STEPS = ['acquire', 'take-over'] as const;

/** The steps that need the lease. A test holds all of them equal to those that the machines call. */
export const EXECUTOR_STEPS = [
  'release',
  'position',
  'judge-assessment',
  'start-load',
  'await-load',
  'resume-forward',
  'await-running',
  'start-comparison',
  'await-comparison',
  'advance-gates',
  'raise-clearance',
  'check-weights',
  'bake',
  'await-continue',
  'lower-clearance',
  'cutover-gates',
  'request-approval',
  'await-approval',
  'freeze',
  'drain',
  'judge-verification',
  'sequences',
  'constraints',
  'stop-drained',
  'arm-opposite',
  'require-aws-weight',
  'open',
  'probe',
  'abandon-freeze',
  'settle-failure',
  'notify',
  'check-window',
  'retire-reverse',
  'archive-history',
] as const;

export type LeaseStep = (typeof LEASE_STEPS)[number];
export type ExecutorStep = (typeof EXECUTOR_STEPS)[number];
