import type { Side } from '../../../../lambda/shared/authority/authority';
import { LeaseLost } from '../../../../lambda/shared/authority/migration-authority';
import type { CloseOptions, Closed, Fence, WriterRow } from '../../../../lambda/shared/fence/fence';
import { type Direction, ENDS } from '../../../../lambda/shared/replication/replication';
import { ExplainedError } from '../../../../lambda/shared/runtime/error-fields';
import { type Database, lsnText, markerKey, type World } from './world';

/** Has an effect on a database only for the highest token that it has seen. */
export function withToken(database: Database, token: number): void {
  if (token < database.token) {
    throw new LeaseLost(`${database.side} has seen token ${database.token}, got ${token}`);
  }
  database.token = token;
}

/** The fences of a world's databases. */
export class MemoryFence implements Fence {
  constructor(private readonly world: World) {}

  read = (side: Side): Promise<WriterRow> => Promise.resolve(this.world.databases[side].row);

  async close(side: Side, token: number, { epoch, marker, graceMs }: CloseOptions): Promise<Closed> {
    const database = this.world.databases[side];
    withToken(database, token);
    const writers = database.open.size;
    // Whoever waits for writers lets time pass: others act meanwhile.
    if (writers > 0) await this.world.clock.sleep(graceMs);
    const terminatedSessions = database.open.size;
    database.open.clear();
    withToken(database, token);
    this.setRow(database, { side, epoch, writable: false });
    this.mark(database, marker, epoch);
    return { lsn: lsnText(database.wal.length), terminatedSessions };
  }

  async proveClosed(side: Side, token: number, epoch: number): Promise<void> {
    await Promise.resolve();
    const database = this.world.databases[side];
    withToken(database, token);
    if (database.row.writable) throw new ExplainedError(`${side} must be closed, got open`);
    if (database.row.epoch < epoch) database.row = { ...database.row, epoch };
  }

  async open(side: Side, token: number, epoch: number): Promise<void> {
    await Promise.resolve();
    const database = this.world.databases[side];
    withToken(database, token);
    if (database.row.writable && database.row.epoch === epoch) return;
    this.setRow(database, { side, epoch, writable: true });
    this.world.check();
  }

  async admitReplication(side: Side, token: number, admitted: boolean): Promise<void> {
    await Promise.resolve();
    const database = this.world.databases[side];
    withToken(database, token);
    database.admitted = admitted;
    if (admitted) return;
    const link = Object.values(this.world.links).find(({ direction }) => ENDS[direction].target === side);
    if (link?.state === 'running') link.fail();
  }

  async writeMarker(side: Side, token: number, marker: Direction, epoch: number): Promise<void> {
    await Promise.resolve();
    const database = this.world.databases[side];
    withToken(database, token);
    this.mark(database, marker, epoch);
  }

  seesMarker = (side: Side, marker: Direction, epoch: number): Promise<boolean> =>
    Promise.resolve(this.world.databases[side].markers.has(markerKey(marker, epoch)));

  private mark(database: Database, direction: Direction, id: number): void {
    if (database.markers.has(markerKey(direction, id))) return;
    database.markers.add(markerKey(direction, id));
    database.wal.push({ kind: 'marker', direction, id });
  }

  /** The guard of the row: epochs grow, and what was closed opens at a later one only. */
  private setRow(database: Database, next: WriterRow): void {
    const { row } = database;
    if (next.epoch < row.epoch || (next.writable && !row.writable && next.epoch === row.epoch)) {
      throw new ExplainedError(`${row.side} is at epoch ${row.epoch}, got ${next.epoch}`);
    }
    database.row = next;
  }
}
