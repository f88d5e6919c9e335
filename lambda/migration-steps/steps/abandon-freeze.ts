import type { Side } from '../../shared/authority/authority';
import { AuthorityMoved, type MigrationRecord } from '../../shared/authority/migration-authority';
import { NO_CLEARANCE } from '../../shared/traffic/clearance-bounds';
import type { Step, StepAnswer, StepContext } from '../step';
import { again, done, unmet } from './answers';
import type { DataPathDependencies } from './dependencies';
import { undoDeadline } from './freeze-budget';
import { awayFrom, confirmUndo, type Frozen, frozenOf } from './freeze-state';
import { openRow, openSide } from './open-side';
import { isIdle, isPassing, STATUS_MS, stopAndWait, untilAccepted } from './replication-waits';
import { restoreDrained } from './restore-drained';
import { interval, Round } from './round';
import { tell } from './tell';

type Dependencies = Pick<
  DataPathDependencies,
  'authority' | 'fence' | 'replication' | 'progress' | 'clock' | 'budget' | 'clearance'
>;

/** How often a start that failed is tried again, in milliseconds. */
const RESTART_MS = 5_000;

/**
 * Undoes a freeze, in reverse order: the opposite direction is stopped and its slots dropped, the drained direction goes on, and
 * the side that authority was frozen from is opened. What was done is read from the notes and from replication itself.
 *
 * The side that is opened is complete whatever became of replication, as nothing was written elsewhere; and its slot keeps what
 * is to come. So it is opened before replication runs, and what is wrong with that stands in the answer.
 */
export const abandonFreeze: Step<Dependencies> = async (dependencies, context) => {
  const { authority, clock, budget } = dependencies;
  await authority.confirm(context.executor);
  const record = await authority.record();
  const frozen = frozenOf(record);
  if (frozen === undefined) {
    if (record.authority === 'frozen')
      throw new AuthorityMoved('the authority item does not say what it was frozen from');
    await openRow(dependencies, context, record.authority, record.epoch);
    return afterOpening(dependencies, context, record.authority, []);
  }
  const round = new Round(clock, context, undoDeadline(record, budget));
  await tell(dependencies, context, `the freeze is undone, and ${frozen.from} is to be opened again`);
  const { reasons, answer } = await undo(dependencies, context, frozen, round);
  return answer ?? afterOpening(dependencies, context, frozen.from, reasons);
};

/** What undoing came to: an answer when it is not over. */
interface Undone {
  readonly reasons: readonly string[];
  readonly answer?: StepAnswer;
}

async function undo(dependencies: Dependencies, context: StepContext, frozen: Frozen, round: Round): Promise<Undone> {
  const { authority, replication } = dependencies;
  const { executor } = context;
  const { epoch, from, opposite, freeze, record } = frozen;
  if (record.freeze !== undefined && freeze.abandonedBy !== executor.token) {
    await authority.note(executor, epoch, { abandonedBy: executor.token });
  }
  const confirm = (): Promise<void> => confirmUndo(dependencies, context, epoch);
  const reasons: string[] = [];
  const unended = (end: 'again' | 'expired', what: string): Undone => ({ reasons, answer: unmet(end, what, reasons) });
  await confirm();
  const stopped = await stopAndWait(replication, opposite, round);
  if (stopped !== true) return unended(stopped, `replication ${opposite} is stopped`);
  const dropSlots = async (): Promise<void> => {
    await confirm();
    await replication.dropSlots(opposite, executor.token);
  };
  const dropped = await untilAccepted(dropSlots, round, (reason) => reasons.splice(0, 1, reason));
  if (dropped !== true) return unended(dropped, `the slots of ${opposite} are dropped`);
  const restored = await restoreDrained(dependencies, context, frozen, round, confirm);
  if ('outcome' in restored) return { reasons, answer: restored };
  await openSide(dependencies, context, from, epoch, confirm);
  return restored;
}

/**
 * Where on-premises may be written again, traffic may go back there: the cutover may have forbidden it already. That the
 * parameter cannot be written keeps nothing open or closed: the guard makes it follow the item within a minute.
 */
async function releaseTraffic(
  { authority, clearance: parameter }: Dependencies,
  { executor }: StepContext,
  { clearance = NO_CLEARANCE }: MigrationRecord,
): Promise<void> {
  if (clearance.minAwsWeight === 0) return;
  const set = await authority.setClearance(executor, {
    minAwsWeight: 0,
    maxAwsWeight: clearance.maxAwsWeight,
    reason: 'The freeze was undone: on-premises may be written, and traffic may go back there.',
  });
  await parameter.write(set).catch(() => undefined);
}

/** Waits until replication away from the open side runs, and says what is wrong with it when it does not. */
async function afterOpening(
  dependencies: Dependencies,
  context: StepContext,
  side: Side,
  known: readonly string[],
): Promise<StepAnswer> {
  const { authority, replication, clock, budget } = dependencies;
  const direction = awayFrom(side);
  const record = await authority.record();
  const { epoch, change, lease } = record;
  const message = `${side} is open at epoch ${epoch}`;
  await tell(dependencies, context, message);
  if (side === 'on-prem') await releaseTraffic(dependencies, context, record);
  if (known.length > 0) return done(message, { epoch, reasons: known });
  const since = Math.max(change?.at ?? 0, lease?.takenAt ?? 0);
  const round = new Round(clock, context, since + budget.seconds * 1000);
  const isStartDue = interval(clock, RESTART_MS);
  let refusal: string | undefined;
  let present: readonly string[] = [];
  const running = await round.until(async () => {
    const { state, problems } = await replication.status(direction);
    present = state === 'running' ? problems : [`replication ${direction} must run, got ${state}`, ...problems];
    if (state === 'running' || state === 'absent') return true;
    if (!isIdle(state) || !isStartDue()) return undefined;
    await authority.confirm(context.executor);
    try {
      await replication.resume(direction);
    } catch (error) {
      if (!isPassing(error)) throw error;
      refusal = error.message;
    }
    return undefined;
  }, STATUS_MS[replication.kind]);
  if (running === 'again') return again(`${message}; replication ${direction} does not run yet`);
  const reasons = [...present, ...(running === 'expired' && refusal !== undefined ? [refusal] : [])];
  return done(message, { epoch, ...(reasons.length === 0 ? {} : { reasons }) });
}
