/** What a step may answer where the machine goes on: every one of its words. */
type Outcomes = readonly [string, ...string[]];

/**
 * The steps that the machines call, each with the outcomes it knows. `done`: it is as it should be; `again`, `wait`: it is not
 * yet, call once more (inside a freeze at once, outside of one after a pause, whichever of the two words it was); `refused`:
 * something speaks against it; `expired`: its time is over. An outcome that a machine does not name is a failure.
 */
export const STEPS = {
  acquire: ['done'],
  'take-over': ['done'],
  release: ['done'],
  position: ['on-prem', 'aurora', 'frozen-from-on-prem', 'frozen-from-aurora'],
  'judge-assessment': ['done', 'refused'],
  'start-load': ['done', 'refused'],
  'await-load': ['done', 'again', 'wait', 'refused', 'expired'],
  'resume-forward': ['done', 'refused'],
  'await-running': ['done', 'again', 'wait', 'refused', 'expired'],
  'start-comparison': ['done'],
  'await-comparison': ['done', 'again', 'wait', 'refused', 'expired'],
  'advance-gates': ['done', 'refused'],
  'raise-clearance': ['done', 'refused'],
  'check-weights': ['done', 'again', 'wait', 'expired'],
  bake: ['done', 'again', 'wait', 'breach', 'no-data', 'expired'],
  'await-continue': ['done', 'again', 'wait', 'refused', 'expired'],
  'lower-clearance': ['done'],
  'cutover-gates': ['done', 'refused'],
  'request-approval': ['done', 'refused'],
  'await-approval': ['done', 'again', 'wait', 'refused', 'expired'],
  freeze: ['done', 'again', 'wait', 'refused', 'expired'],
  drain: ['done', 'again', 'wait', 'refused', 'expired'],
  'judge-verification': ['done', 'refused', 'expired'],
  sequences: ['done', 'refused', 'expired'],
  constraints: ['done', 'refused', 'expired'],
  'stop-drained': ['done', 'again', 'wait', 'refused', 'expired'],
  'arm-opposite': ['done', 'again', 'wait', 'refused', 'expired'],
  'require-aws-weight': ['done', 'refused', 'expired'],
  open: ['done', 'refused', 'expired'],
  probe: ['done', 'again', 'wait', 'refused', 'expired'],
  'abandon-freeze': ['done', 'again', 'wait', 'refused', 'expired'],
  'settle-failure': ['undo', 'stay', 'overtaken'],
  notify: ['done'],
  'check-window': ['done', 'refused'],
  'retire-reverse': ['done', 'again', 'wait', 'refused', 'expired'],
  'archive-history': ['done'],
} as const satisfies Record<string, Outcomes>;

export type Step = keyof typeof STEPS;
