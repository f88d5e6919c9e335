import type { Client } from 'pg';
import { SIDES } from '../../authority/authority';
import { type Direction, DIRECTIONS, ENDS, type FoundSlot } from '../replication';
import type { DatabaseSessions } from '../sessions';
import { listSlots, type LogicalSlot } from '../slots';
import { loadSlots } from './load-slots';

export interface SlotOwnershipOptions {
  readonly sessions: DatabaseSessions;
  /** The slots with a fixed name. */
  readonly slots: Readonly<Record<Direction, string>>;
  /** @default 'test_decoding' for both */
  readonly plugins?: Readonly<Partial<Record<Direction, string>>>;
  readonly loadTaskArn: string;
  /** @default DMS_SLOT */
  readonly loadSlotPattern?: RegExp;
}

interface ServerSlots {
  readonly database: string;
  readonly all: readonly LogicalSlot[];
}

/** Which slots of the two servers belong to which direction. */
export class SlotOwnership {
  constructor(private readonly options: SlotOwnershipOptions) {}

  /** How the source of a direction decodes. */
  plugin(direction: Direction): string {
    return this.options.plugins?.[direction] ?? 'test_decoding';
  }

  /** The slots that a direction's tasks read from. */
  async of(direction: Direction): Promise<readonly LogicalSlot[]> {
    return this.own(direction, await this.options.sessions[ENDS[direction].source].run(readServer));
  }

  /** Every logical slot of both servers. */
  async list(): Promise<readonly FoundSlot[]> {
    const found = await Promise.all(
      SIDES.map(async (side) => {
        const server = await this.options.sessions[side].run(readServer);
        const begins = DIRECTIONS.filter((direction) => ENDS[direction].source === side);
        return server.all.map(({ slot, active, retainedBytes, confirmedLsn }): FoundSlot => {
          const owner = begins.find((direction) => this.own(direction, server).some((own) => own.slot === slot));
          return {
            side,
            slot,
            active,
            retainedBytes,
            ...(confirmedLsn === undefined ? {} : { confirmedLsn }),
            ...(owner === undefined ? {} : { direction: owner }),
          };
        });
      }),
    );
    return found.flat();
  }

  private own(direction: Direction, { database, all }: ServerSlots): readonly LogicalSlot[] {
    const named = all.filter(({ slot }) => slot === this.options.slots[direction]);
    if (direction === 'reverse') return named;
    const { loadTaskArn: taskArn, loadSlotPattern: pattern } = this.options;
    return [...named, ...loadSlots(all, { taskArn, database, plugin: this.plugin(direction), pattern })];
  }
}

async function readServer(client: Client): Promise<ServerSlots> {
  const { rows } = await client.query<{ database: string }>('SELECT current_database()::text AS database');
  return { database: rows[0]?.database ?? '', all: await listSlots(client) };
}
