import { type Direction, ENDS, type Replication } from '../../shared/replication/replication';
import type { StepAnswer, StepContext } from '../step';
import { unmet } from './answers';
import type { DataPathDependencies } from './dependencies';
import type { Frozen } from './freeze-state';
import { isIdle, isPassing, STATUS_MS, stopAndWait } from './replication-waits';
import { interval, type Round } from './round';

type Dependencies = Pick<DataPathDependencies, 'authority' | 'fence' | 'replication' | 'clock'>;

/** How often a start that failed is tried again, in milliseconds. */
const RESTART_MS = 5_000;

/** What speaks against replication that was brought back; nothing when it goes on. */
export interface Restored {
  readonly reasons: readonly string[];
}

/**
 * Lets the drained direction go on before the side that it reads is opened: from its own slot; or, where that was dropped after
 * everything had arrived, from a fresh one, which loses nothing as both databases are closed. A slot that was lost before
 * that cannot be replaced: replication has to be set up anew, and only saying so is left.
 */
export async function restoreDrained(
  dependencies: Dependencies,
  context: StepContext,
  frozen: Frozen,
  round: Round,
  confirm: () => Promise<void>,
): Promise<Restored | StepAnswer> {
  const { authority, fence, replication, clock } = dependencies;
  const { epoch, freeze, drains } = frozen;
  const hasSlot = freeze.restoringAt === undefined && (await slotExists(replication, drains));
  if (!hasSlot && freeze.drainedAt === undefined) {
    return {
      reasons: [`the slot of replication ${drains} was lost before everything had arrived; set replication up anew`],
    };
  }
  await confirm();
  await fence.admitReplication(ENDS[drains].target, context.executor.token, true);
  if (hasSlot) return goOn(replication, drains, confirm);
  if (freeze.restoringAt === undefined) {
    // Before the slot is made: found by a repetition, it would pass for the old one.
    await authority.note(context.executor, epoch, { restoringAt: clock.now() });
  }
  return beginAnew(dependencies, context, drains, round, confirm);
}

/** By whom it belongs to, not by its name: the slot of a load is named by DMS. */
async function slotExists(replication: Replication, direction: Direction): Promise<boolean> {
  const found = await replication.slots();
  return found.some((slot) => slot.direction === direction);
}

/** Its slot keeps what is written from now on: nobody has to wait until it runs. */
async function goOn(replication: Replication, direction: Direction, confirm: () => Promise<void>): Promise<Restored> {
  const { state } = await replication.status(direction);
  if (!isIdle(state)) return { reasons: [] };
  await confirm();
  try {
    await replication.resume(direction);
  } catch (error) {
    // It is tried again when the side is open.
    if (!isPassing(error)) throw error;
  }
  return { reasons: [] };
}

/** What was started from a fresh slot must run before anything is written: it cannot be made again afterwards. */
async function beginAnew(
  { replication, clock }: Dependencies,
  { executor }: StepContext,
  direction: Direction,
  round: Round,
  confirm: () => Promise<void>,
): Promise<Restored | StepAnswer> {
  const isStartDue = interval(clock, RESTART_MS);
  let reasons: readonly string[] = [];
  const running = await round.until(async () => {
    const { state, problems } = await replication.status(direction);
    if (state === 'running') return { reasons: problems };
    reasons = [`replication ${direction} must run, got ${state}`, ...problems];
    if (!isIdle(state) || !isStartDue()) return undefined;
    try {
      await confirm();
      if ((await stopAndWait(replication, direction, round)) !== true) return undefined;
      await confirm();
      const position = await replication.makeSlot(direction, executor.token);
      await confirm();
      await replication.startFrom(direction, position);
    } catch (error) {
      if (!isPassing(error)) throw error;
      reasons = [error.message, ...problems];
    }
    return undefined;
  }, STATUS_MS[replication.kind]);
  return running === 'again' || running === 'expired'
    ? unmet(running, `replication ${direction} runs again`, reasons)
    : running;
}
