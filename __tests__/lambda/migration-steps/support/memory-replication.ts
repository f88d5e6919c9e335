import { type Side, SIDES } from '../../../../lambda/shared/authority/authority';
import {
  type Direction,
  DIRECTIONS,
  type FoundSlot,
  type Replication,
  ReplicationBusy,
  type ReplicationStatus,
  type SlotPosition,
} from '../../../../lambda/shared/replication/replication';
import { ExplainedError } from '../../../../lambda/shared/runtime/error-fields';
import { withToken } from './memory-fence';
import type { MemoryLink } from './memory-link';
import { lsnText, type World } from './world';

/** Replication of a world, as DMS or PostgreSQL itself would do it. */
export class MemoryReplication implements Replication {
  readonly kind: 'dms' | 'native';

  constructor(private readonly world: World) {
    this.kind = world.kind;
  }

  status(direction: Direction): Promise<ReplicationStatus> {
    const { state, problems, position } = this.world.links[direction];
    return Promise.resolve({
      state,
      problems: [...problems],
      ...(position === undefined ? {} : { confirmedLsn: lsnText(position.confirmed), lagSeconds: 0 }),
    });
  }

  startLoad(): Promise<void> {
    const { forward } = this.world.links;
    if (['absent', 'stopped', 'failed'].includes(forward.state)) forward.load();
    return Promise.resolve();
  }

  async resume(direction: Direction): Promise<void> {
    await Promise.resolve();
    const link = this.world.links[direction];
    if (link.state === 'starting' || link.state === 'running') return;
    const { position } = link;
    if (position === undefined || link.state === 'absent') {
      throw new ExplainedError(`${direction} has nothing to go on from`);
    }
    if (link.state === 'stopping') throw new ReplicationBusy(`${direction} is being stopped`);
    link.start(position.name);
  }

  async stop(direction: Direction): Promise<void> {
    await Promise.resolve();
    const link = this.world.links[direction];
    // DMS refuses to stop a task that it starts.
    if (this.kind === 'dms' && link.state === 'starting') throw new ReplicationBusy(`${direction} is being started`);
    link.stop();
  }

  async makeSlot(direction: Direction, token: number, known?: SlotPosition): Promise<SlotPosition> {
    await Promise.resolve();
    const link = this.world.links[direction];
    const { source } = link;
    withToken(source, token);
    const present = known === undefined ? undefined : source.slots.get(known.slot);
    if (known !== undefined && present !== undefined && lsnText(present.from) === known.lsn) return known;
    this.drop(link, link.names.cdc);
    const name = link.names.cdc;
    const from = source.wal.length;
    source.slots.set(name, { name, from, confirmed: from });
    return { slot: name, lsn: lsnText(from) };
  }

  async startFrom(direction: Direction, { slot }: SlotPosition): Promise<void> {
    await Promise.resolve();
    const link = this.world.links[direction];
    if (link.slot === slot && (link.state === 'starting' || link.state === 'running')) return;
    if (link.state === 'stopping') throw new ReplicationBusy(`${direction} is being stopped`);
    if (link.usesSlot) throw new ExplainedError(`${direction} runs from another slot`);
    if (!link.source.slots.has(slot)) throw new ExplainedError(`${direction} has no slot ${slot}`);
    link.start(slot);
  }

  async dropSlots(direction: Direction, token: number): Promise<void> {
    await Promise.resolve();
    const link = this.world.links[direction];
    withToken(link.source, token);
    for (const name of Object.values(link.names)) this.drop(link, name);
  }

  async cleanUp(direction: Direction, token: number): Promise<void> {
    await Promise.resolve();
    const link = this.world.links[direction];
    withToken(link.source, token);
    link.state = 'absent';
    link.slot = undefined;
  }

  slots(): Promise<readonly FoundSlot[]> {
    const links = DIRECTIONS.map((direction) => this.world.links[direction]);
    return Promise.resolve(
      SIDES.flatMap((side) =>
        [...this.world.databases[side].slots.values()].map(({ name, confirmed }) => ({
          side,
          slot: name,
          active: links.some((link) => link.source.side === side && link.slot === name && link.usesSlot),
          retainedBytes: this.world.databases[side].wal.length - confirmed,
          confirmedLsn: lsnText(confirmed),
          ...this.ownerOf(side, name),
        })),
      ),
    );
  }

  slotNames(direction: Direction): readonly string[] {
    const { load, cdc } = this.world.links[direction].names;
    // DMS names the slot of its load by itself.
    return this.kind === 'dms' ? [cdc] : [load, cdc];
  }

  private ownerOf(side: Side, name: string): Pick<FoundSlot, 'direction'> {
    const direction = DIRECTIONS.find((of) => {
      const { source, names } = this.world.links[of];
      return source.side === side && Object.values(names).includes(name);
    });
    return direction === undefined ? {} : { direction };
  }

  private drop(link: MemoryLink, name: string): void {
    if (!link.source.slots.has(name)) return;
    const isUsed = link.slot === name && (link.usesSlot || link.lingering > 0);
    if (link.lingering > 0) link.lingering -= 1;
    if (isUsed) throw new ExplainedError(`the slot ${name} is in use`);
    link.source.slots.delete(name);
  }
}
