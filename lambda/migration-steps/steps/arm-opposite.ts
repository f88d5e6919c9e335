import { ENDS, type SlotPosition } from '../../shared/replication/replication';
import type { Step, StepAnswer, StepContext } from '../step';
import { done, expired, refused, unmet } from './answers';
import type { DataPathDependencies } from './dependencies';
import { freezeDeadline } from './freeze-budget';
import { confirmFreeze, type Frozen, standingFreeze } from './freeze-state';
import { isIdle, STATUS_MS, stopAndWait } from './replication-waits';
import { interval, Round } from './round';
import { tell } from './tell';

type Dependencies = Pick<DataPathDependencies, 'authority' | 'fence' | 'replication' | 'progress' | 'clock' | 'budget'>;

/** How often the marker is looked for, in milliseconds. */
const MARKER_MS = 20;
/** How often a start that failed is tried again, in milliseconds. */
const RESTART_MS = 5_000;
/** Between the ids of one freeze's markers: epochs do not grow that far. */
const MARKER_STEP = 1_000_000_000;

/**
 * Sets up replication in the other direction while both databases are closed: what is written after the opening is carried
 * back from a slot that was there before. Done when a marker that was written on its source is seen on its target.
 */
export const armOpposite: Step<Dependencies> = async (dependencies, context) => {
  const { authority, replication, clock, budget } = dependencies;
  const frozen = await standingFreeze(dependencies, context);
  const { record, epoch, freeze, drains, opposite } = frozen;
  const what = `replication ${opposite} is armed`;
  if (freeze.stoppedAt === undefined) {
    return refused(`replication ${opposite} cannot be armed`, [`nothing notes that ${drains} was stopped first`]);
  }
  const round = new Round(clock, context, freezeDeadline(record, budget));
  if (round.expired) return expired(`${what}: not within ${budget.seconds} s`);
  const drained = await replication.status(drains);
  if (!isIdle(drained.state)) {
    return refused(`replication ${opposite} cannot be armed`, [
      `${drains} must be stopped first, got ${drained.state}`,
    ]);
  }
  // Noted once is no proof for ever: an undoing that was cut off may have stopped it since.
  const present = await replication.status(opposite);
  if (freeze.armedAt !== undefined && present.state === 'running' && present.problems.length === 0) {
    return done(what, { epoch });
  }
  await tell(dependencies, context, `replication ${opposite} is set up`);
  const unready =
    (await start(dependencies, context, frozen, round)) ?? (await prove(dependencies, context, frozen, round));
  if (unready !== undefined) return unready;
  await authority.note(context.executor, epoch, { armedAt: clock.now() });
  await tell(dependencies, context, what);
  return done(what, { epoch });
};

/** Makes the slot, starts from it, and waits until replication runs. @returns an answer when it does not */
async function start(
  dependencies: Dependencies,
  context: StepContext,
  { epoch, freeze, opposite }: Frozen,
  round: Round,
): Promise<StepAnswer | undefined> {
  const { authority, fence, replication, clock } = dependencies;
  const { token } = context.executor;
  const confirm = (): Promise<void> => confirmFreeze(dependencies, context, epoch);
  const known = knownSlot(freeze.armedSlot, freeze.armedLsn);
  await confirm();
  await fence.admitReplication(ENDS[opposite].target, token, true);
  if (known === undefined) {
    // Whatever runs there, it does not run from a slot of this freeze.
    await confirm();
    const idle = await stopAndWait(replication, opposite, round);
    if (idle !== true) return unmet(idle, `replication ${opposite} is stopped`);
  }
  await confirm();
  const position = await replication.makeSlot(opposite, token, known);
  if (position.slot !== known?.slot || position.lsn !== known.lsn) {
    await authority.note(context.executor, epoch, { armedSlot: position.slot, armedLsn: position.lsn });
  }
  const isStartDue = interval(clock, RESTART_MS);
  const running = await round.until(async () => {
    const { state, problems } = await replication.status(opposite);
    if (problems.length > 0) return { problems };
    if (state === 'running') return { problems };
    if (isIdle(state) && isStartDue()) {
      await confirm();
      await replication.startFrom(opposite, position);
    }
    return undefined;
  }, STATUS_MS[replication.kind]);
  if (running === 'again' || running === 'expired') return unmet(running, `replication ${opposite} runs`);
  return running.problems.length === 0
    ? undefined
    : refused(`replication ${opposite} cannot be relied on`, running.problems);
}

/** Sees a marker arrive that was not there before. @returns an answer when it does not */
async function prove(
  dependencies: Dependencies,
  context: StepContext,
  { epoch, opposite }: Frozen,
  round: Round,
): Promise<StepAnswer | undefined> {
  const { fence } = dependencies;
  const { source, target } = ENDS[opposite];
  // One that an earlier attempt wrote proves nothing about the slot of this one.
  let marker = epoch;
  while (await fence.seesMarker(source, opposite, marker)) marker += MARKER_STEP;
  await confirmFreeze(dependencies, context, epoch);
  await fence.writeMarker(source, context.executor.token, opposite, marker);
  const seen = await round.until(
    async () => ((await fence.seesMarker(target, opposite, marker)) ? true : undefined),
    MARKER_MS,
  );
  return seen === true ? undefined : unmet(seen, `replication ${opposite} carries its marker`);
}

const knownSlot = (slot?: string, lsn?: string): SlotPosition | undefined =>
  slot === undefined || lsn === undefined ? undefined : { slot, lsn };
