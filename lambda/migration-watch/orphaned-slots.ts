import type { MigrationRecord } from '../shared/authority/migration-authority';
import { type Direction, DIRECTIONS, type FoundSlot, type ReplicationState } from '../shared/replication/replication';

export interface SlotSituation {
  readonly authority: MigrationRecord['authority'];
  readonly states: Readonly<Record<Direction, ReplicationState>>;
  /** Every logical slot of both servers. */
  readonly slots: readonly FoundSlot[];
  /** The slots of a direction that have a fixed name. */
  readonly slotNames: (direction: Direction) => readonly string[];
  /** Slots of others, who answer for them. */
  readonly known: readonly string[];
}

/** A slot that nobody will go on from. */
export interface OrphanedSlot extends FoundSlot {
  readonly why: string;
}

/**
 * The slots that keep WAL for nobody. Which direction may have one is told by who has the right to write:
 *
 * - `on-prem`: forward, as long as there is anything that could read it. Reverse begins inside a freeze, not before.
 * - `aurora`: reverse; and forward, which a rollback drops, until the way back is given up.
 * - `frozen`: both. One of them is stopped, the other one is armed.
 *
 * A slot of nobody here is left alone while somebody reads it: then it keeps no more WAL than its reader needs.
 */
export function orphanedSlots(situation: SlotSituation): readonly OrphanedSlot[] {
  return situation.slots.flatMap((slot) => {
    const why = whyOrphaned(slot, situation);
    return why === undefined ? [] : [{ ...slot, why }];
  });
}

function whyOrphaned(slot: FoundSlot, situation: SlotSituation): string | undefined {
  const { direction } = slot;
  if (direction === undefined) {
    if (slot.active || situation.known.includes(slot.slot)) return undefined;
    const mine = DIRECTIONS.find((own) => situation.slotNames(own).includes(slot.slot));
    return mine === undefined
      ? 'nobody here made it, and nobody reads it'
      : `it has the name of the slot of ${mine}, which begins on the other side`;
  }
  return whyForbidden(direction, situation) ?? whyLeft(slot, direction, situation);
}

/** Why a direction may have no slot at all now. */
function whyForbidden(direction: Direction, { authority, states }: SlotSituation): string | undefined {
  if (authority === 'frozen') return undefined;
  if (authority === 'on-prem' && direction === 'reverse') {
    return 'on-prem has the right to write: replication reverse is armed anew, inside of a freeze';
  }
  if (authority === 'aurora' && states.reverse === 'absent') {
    return 'aurora has the right to write, and replication reverse is gone: there is no way back to keep';
  }
  if (authority === 'on-prem' && states.forward === 'absent') {
    return 'nothing is set up that could read it';
  }
  return undefined;
}

/** Why a slot was left behind by a direction that may have one: it reads from another one. */
function whyLeft(
  slot: FoundSlot,
  direction: Direction,
  { authority, states, slots, slotNames }: SlotSituation,
): string | undefined {
  // A load reads from several at a time; a freeze makes one before the other is gone.
  if (slot.active || authority === 'frozen' || ['loading', 'starting'].includes(states[direction])) return undefined;
  const others = slots.filter((other) => other.direction === direction && other.slot !== slot.slot);
  const reader =
    others.find(({ active }) => active) ??
    (slotNames(direction).includes(slot.slot)
      ? undefined
      : others.find((other) => slotNames(direction).includes(other.slot)));
  return reader === undefined ? undefined : `replication ${direction} reads from ${reader.slot}`;
}

/** The same slot, whatever has become of it meanwhile. */
export const isSameSlot = (one: FoundSlot, other: FoundSlot): boolean =>
  one.side === other.side && one.slot === other.slot;

/** What a human runs, once it is clear that nobody needs it. A slot's name is letters, digits and _ only. */
export const removalOf = ({ side, slot, active }: FoundSlot): string =>
  `${active ? 'stop what reads it, then ' : ''}on ${side}, as the role payments_migrator: SELECT pg_drop_replication_slot('${slot}');`;
