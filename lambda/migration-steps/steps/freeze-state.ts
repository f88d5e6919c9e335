import type { Side } from '../../shared/authority/authority';
import {
  AuthorityMoved,
  type Freeze,
  type MigrationAuthority,
  type MigrationRecord,
} from '../../shared/authority/migration-authority';
import { type Direction, ENDS, OPPOSITE } from '../../shared/replication/replication';
import type { StepContext } from '../step';

/** A freeze, as a step finds it. */
export interface Frozen {
  readonly record: MigrationRecord;
  readonly epoch: number;
  readonly freeze: Freeze;
  /** The side that the right to write was taken from. */
  readonly from: Side;
  /** The other side. */
  readonly to: Side;
  /** The direction that is drained: away from `from`. */
  readonly drains: Direction;
  /** The direction back, which is armed. */
  readonly opposite: Direction;
}

export const otherSide = (side: Side): Side => (side === 'aurora' ? 'on-prem' : 'aurora');

/** The direction that carries what is written on a side to the other one. */
export const awayFrom = (side: Side): Direction => (side === 'on-prem' ? 'forward' : 'reverse');

/**
 * The freeze that stands, for a step on the way to the other side.
 * @throws AuthorityMoved when there is none, or when this execution has begun to undo it
 * @throws LeaseLost
 */
export async function standingFreeze(
  { authority }: { readonly authority: MigrationAuthority },
  { executor, state }: Pick<StepContext, 'executor' | 'state'>,
): Promise<Frozen> {
  await authority.confirm(executor);
  const record = await authority.record();
  const frozen = frozenOf(record);
  if (frozen === undefined) {
    throw new AuthorityMoved(
      `authority must be frozen for ${state}, got ${record.authority} at epoch ${record.epoch}; nothing was done`,
    );
  }
  if (frozen.freeze.abandonedBy === executor.token) {
    throw new AuthorityMoved(`the freeze of epoch ${frozen.epoch} is being undone: ${state} does nothing more`);
  }
  return frozen;
}

/** The freeze in a record. @returns undefined when authority is not frozen from a side */
export function frozenOf(record: MigrationRecord): Frozen | undefined {
  const { authority, epoch, frozenFrom: from, freeze: noted } = record;
  if (authority !== 'frozen' || from === undefined) return undefined;
  // Without notes it was frozen by hand: nothing was done in it.
  const freeze = noted ?? { drains: awayFrom(from), startedAt: 0 };
  const { drains } = freeze;
  return { record, epoch, freeze, from, to: otherSide(from), drains, opposite: OPPOSITE[drains] };
}

/**
 * Asks before an effect whether it still may be: this executor holds the lease, and the freeze is the one that it began with.
 */
export async function confirmFreeze(
  dependencies: { readonly authority: MigrationAuthority },
  context: Pick<StepContext, 'executor' | 'state'>,
  epoch: number,
): Promise<void> {
  const present = await standingFreeze(dependencies, context);
  if (present.epoch === epoch) return;
  throw new AuthorityMoved(
    `authority must be frozen at epoch ${epoch} for ${context.state}, got epoch ${present.epoch}; nothing was done`,
  );
}

/**
 * The same for the execution that undoes the freeze.
 * @throws AuthorityMoved, LeaseLost
 */
export async function confirmUndo(
  { authority }: { readonly authority: MigrationAuthority },
  { executor, state }: Pick<StepContext, 'executor' | 'state'>,
  epoch: number,
): Promise<void> {
  await authority.confirm(executor);
  const present = await authority.record();
  if (present.authority === 'frozen' && present.epoch === epoch) return;
  throw new AuthorityMoved(
    `authority must be frozen at epoch ${epoch} for ${state}, got ${present.authority} at epoch ${present.epoch}; nothing was done`,
  );
}

/** Where a direction writes. */
export const targetOf = (direction: Direction): Side => ENDS[direction].target;
