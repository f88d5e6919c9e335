import type { MigrationAuthority } from '../shared/authority/migration-authority';
import type { Logger } from '../shared/logger';
import type { Metrics } from '../shared/metrics';
import type { Replication } from '../shared/replication/replication';
import type { Clock } from '../shared/runtime/clock';
import { isSameSlot, type OrphanedSlot, orphanedSlots, removalOf } from './orphaned-slots';

export interface FindOrphansDependencies {
  readonly authority: Pick<MigrationAuthority, 'record'>;
  readonly replication: Pick<Replication, 'status' | 'slots' | 'slotNames'>;
  /** Slots of others, who answer for them. */
  readonly knownSlots: readonly string[];
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** How long after the first look the second one is, in milliseconds: a reader comes back, and a step ends what it began. */
export const SECOND_LOOK_MS = 15_000;

export interface SlotsReport {
  readonly orphans: readonly OrphanedSlot[];
}

/**
 * Finds the slots that keep WAL for nobody, and says so. It drops none: a slot that is gone takes with it what was not read
 * yet, and who has the lease drops what its step replaces. Only what two looks find is counted.
 */
export async function findOrphans(dependencies: FindOrphansDependencies): Promise<SlotsReport> {
  const { metrics, logger, clock } = dependencies;
  const orphans = await seenTwice();
  for (const slot of orphans) {
    logger.error('a replication slot belongs to nobody', {
      slot: slot.slot,
      side: slot.side,
      active: slot.active,
      retained_bytes: slot.retainedBytes,
      why: slot.why,
      to_remove: removalOf(slot),
    });
  }
  metrics.add('OrphanedReplicationSlots', orphans.length);
  return { orphans };

  async function seenTwice(): Promise<readonly OrphanedSlot[]> {
    const first = await look(dependencies);
    if (first.length === 0) return [];
    await clock.sleep(SECOND_LOOK_MS);
    const second = await look(dependencies);
    return second.filter((slot) => first.some((earlier) => isSameSlot(earlier, slot)));
  }
}

async function look({
  authority,
  replication,
  knownSlots: known,
}: FindOrphansDependencies): Promise<readonly OrphanedSlot[]> {
  const [record, forward, reverse, slots] = await Promise.all([
    authority.record(),
    replication.status('forward'),
    replication.status('reverse'),
    replication.slots(),
  ]);
  return orphanedSlots({
    authority: record.authority,
    states: { forward: forward.state, reverse: reverse.state },
    slots,
    slotNames: (direction) => replication.slotNames(direction),
    known,
  });
}
