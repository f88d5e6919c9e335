import { FREEZE_BUDGET_LIMITS } from '../../constructs/cutover/limits';
import { flag, integer, list, oneOf, section } from './primitives';

/** What a minute and a day of minutes are called in rules. */
const MINUTES_A_DAY = 1440;

/** The tasks that can copy to Aurora. */
export const FORWARD_TASKS = ['full-load-and-cdc', 'forward-cdc'] as const;

/** How traffic and the right to write are moved, and moved back. */
export const cutoverSchema = section({
  trafficSteps: list(integer(1, 100, 'percent of the traffic to AWS'), 'shares of the traffic')
    .default([10, 50, 100])
    .describe('The shares of the traffic that AWS gets one after the other, growing, up to 100.'),
  weightTimeoutMinutes: integer(1, MINUTES_A_DAY, 'minutes')
    .default(60)
    .describe('How long an operator has to deploy weights after they were cleared; then the clearance goes back.'),
  bakeMinutes: integer(1, MINUTES_A_DAY, 'minutes')
    .default(30)
    .describe('How long new weights are watched before the step counts as done.'),
  // The adapter here is DMS: a test holds the default equal to what its steps take for usual.
  freezeBudgetSeconds: integer(FREEZE_BUDGET_LIMITS.least, FREEZE_BUDGET_LIMITS.most, FREEZE_BUDGET_LIMITS.unit)
    .default(900)
    .describe(
      'From closing one database to opening the other; when it is over, the freeze is undone. Less than the half hour after which unbooked payments alarm; with DMS, which takes about 300 s by itself, no less than that.',
    ),
  freezeGraceSeconds: integer(0, 30, 'seconds')
    .default(5)
    .describe('How long writers in flight may take to end at a freeze; then their sessions are terminated.'),
  maxLagSeconds: integer(1, 300, 'seconds')
    .default(60)
    .describe('How far replication may be behind where anything is to go on.'),
  approvalTimeoutMinutes: integer(1, MINUTES_A_DAY, 'minutes')
    .default(60)
    .describe('How long an execution waits for its approval.'),
  requireSecondPerson: flag()
    .default(true)
    .describe('Whether who asks for a cutover needs somebody else to approve it; always where production runs.'),
  rollbackWindowHours: integer(1, 720, 'hours')
    .default(72)
    .describe('How long the way back is kept after Aurora got the right to write.'),
  armAutomaticRollback: flag()
    .default(false)
    .describe('Whether the alarm roll-back starts the rollback by itself; otherwise it pages.'),
  forwardTask: oneOf(FORWARD_TASKS)
    .default('full-load-and-cdc')
    .describe(
      'Which task copies to Aurora, so that its silence alarms: forward-cdc after a rollback of the data, which makes the other one useless.',
    ),
  loadHours: integer(1, 336, 'hours').default(48).describe('How long the full load may take.'),
  comparisonHours: integer(1, 72, 'hours').default(24).describe('How long the first comparison may take.'),
}).describe('Moving traffic and the right to write to AWS step by step, and back: state machines and their functions.');
