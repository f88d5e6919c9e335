import { AuthorityMoved, LeaseLost } from '../../shared/authority/migration-authority';
import {
  type Direction,
  type Replication,
  ReplicationBusy,
  type ReplicationState,
} from '../../shared/replication/replication';
import { ExplainedError } from '../../shared/runtime/error-fields';
import type { Round } from './round';

/** How often status is asked for, in milliseconds: DMS answers from an API with a limit, PostgreSQL from its memory. */
export const STATUS_MS: Readonly<Record<Replication['kind'], number>> = { dms: 5_000, native: 50 };

/** How often what was refused is tried again, in milliseconds. */
const RETRY_MS = 500;

/** States in which a direction does nothing, and will do nothing by itself. */
const IDLE: readonly ReplicationState[] = ['absent', 'stopped', 'load-stopped', 'failed'];

export const isIdle = (state: ReplicationState): boolean => IDLE.includes(state);

/** Stops a direction and waits until it has. */
export async function stopAndWait(replication: Replication, direction: Direction, round: Round): Promise<Ending> {
  let accepted = false;
  return round.until(async () => {
    accepted ||= await unlessBusy(() => replication.stop(direction));
    const { state } = await replication.status(direction);
    return accepted && isIdle(state) ? true : undefined;
  }, STATUS_MS[replication.kind]);
}

/** Tells replication something. @returns whether it took it; one that is on its way to another state is told later */
export async function unlessBusy(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof ReplicationBusy) return false;
    throw error;
  }
}

/** How a wait ended: `true` when what was awaited is there. */
export type Ending = true | 'again' | 'expired';

/**
 * Tries something that is refused for as long as a session lingers, as dropping a slot is.
 * @param onRefusal is told why it was refused
 */
export function untilAccepted(
  attempt: () => Promise<void>,
  round: Round,
  onRefusal: (reason: string) => void,
): Promise<Ending> {
  return round.until(async () => {
    try {
      await attempt();
      return true;
    } catch (error) {
      if (!isPassing(error)) throw error;
      onRefusal(error.message);
      return undefined;
    }
  }, RETRY_MS);
}

/** Whether an error is a refusal that may pass, and not one of the lease or of authority. */
export const isPassing = (error: unknown): error is ExplainedError =>
  error instanceof ExplainedError && !(error instanceof LeaseLost) && !(error instanceof AuthorityMoved);
