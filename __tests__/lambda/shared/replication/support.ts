import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import { type Side, SIDES } from '../../../../lambda/shared/authority/authority';
import { safeIntegers } from '../../../../lambda/shared/postgres/safe-integers';
import type { Direction } from '../../../../lambda/shared/replication/replication';
import type { DatabaseSession, DatabaseSessions } from '../../../../lambda/shared/replication/sessions';
import { createLedgerDatabase, type LedgerDatabase, withClient } from '../../../support/ledger-database';
import { type LocalPostgres, startPostgres } from '../../../support/postgres';

/** Both sides on servers of their own: 14 as on-premises, 16 as Aurora. */
export interface Pair {
  readonly servers: Readonly<Record<Side, LocalPostgres>>;
  readonly databases: Readonly<Record<Side, LedgerDatabase>>;
  readonly sessions: DatabaseSessions;
  /** How the other side's server reaches a side. */
  readonly connectionTo: (side: Side) => Promise<string>;
  query<Row extends object>(side: Side, sql: string, values?: readonly unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

export async function startServers(): Promise<Readonly<Record<Side, LocalPostgres>>> {
  const [onPrem, aurora] = await Promise.all([startPostgres({ major: 14 }), startPostgres({ major: 16 })]);
  return { 'on-prem': onPrem, aurora };
}

/** Ledgers on both servers: on-prem open, Aurora closed, both at epoch 1. */
export async function createPair(servers: Readonly<Record<Side, LocalPostgres>>, name = 'ledger'): Promise<Pair> {
  const [onPrem, aurora] = await Promise.all(
    SIDES.map((side) => createLedgerDatabase(servers[side], { name, side, epoch: 1, writable: side === 'on-prem' })),
  );
  if (onPrem === undefined || aurora === undefined) throw new Error('both sides must have a ledger');
  const databases = { 'on-prem': onPrem, aurora };
  return {
    servers,
    databases,
    sessions: { 'on-prem': sessionTo(onPrem.superuser), aurora: sessionTo(aurora.superuser) },
    connectionTo: (side) => {
      const { host, port, user, password, database } = databases[side].superuser;
      return Promise.resolve(
        `host=${host} port=${port} user=${user} password='${String(password)}' dbname=${database} connect_timeout=2`,
      );
    },
    query: (side, sql, values = []) =>
      withClient(databases[side].superuser, async (client) => (await client.query(sql, [...values])).rows as never),
    stop: async () => {
      await Promise.all(SIDES.map((side) => servers[side].stop()));
    },
  };
}

/** A connection for each unit of work: none outlives a restart. */
export const sessionTo = (settings: ClientConfig): DatabaseSession => ({
  run: async (unit) => {
    const client = new Client({ ...settings, types: safeIntegers, options: '-c search_path=pg_catalog,pg_temp' });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await unit(client);
    } finally {
      await client.end();
    }
  },
});

/** Asks until it is so. */
export async function eventually<Value>(
  ask: () => Promise<Value>,
  isSo: (value: Value) => boolean,
  { timeoutMs = 20_000, everyMs = 20 } = {},
): Promise<Value> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await ask();
    if (isSo(value)) return value;
    if (Date.now() > deadline)
      throw new Error(`it must become so within ${timeoutMs} ms, got ${JSON.stringify(value)}`);
    await sleep(everyMs);
  }
}

/** Past the fence, as a marker is written on a closed side. */
export const writeMarker = (pair: Pair, side: Side, direction: Direction, epoch: number): Promise<void> =>
  withClient(pair.databases[side].superuser, async (client) => {
    await client.query("SET session_replication_role = 'replica'");
    await client.query(`INSERT INTO payments.drain_marker_${direction} (marker_id, epoch) VALUES ($1, $1)`, [epoch]);
  });

export const seesMarker = async (pair: Pair, side: Side, direction: Direction, epoch: number): Promise<boolean> =>
  (await pair.query(side, `SELECT FROM payments.drain_marker_${direction} WHERE marker_id = $1`, [epoch])).length > 0;

const INSERT = `
  INSERT INTO payments.accounts (account_id, kind, owner_id, currency)
  SELECT 'client/' || $1 || '/EUR', 'client', $1, 'EUR'
`;

/** Books on whichever side is open, as fast as it can, until it is stopped. What the fence refuses is tried on the other side. */
export class Writer {
  readonly committed: string[] = [];
  readonly failures: unknown[] = [];
  private running = true;
  private readonly done: Promise<void>;

  constructor(
    private readonly pair: Pair,
    private readonly name: string,
  ) {
    this.done = this.write().catch((error: unknown) => {
      this.failures.push(error);
    });
  }

  async stop(): Promise<void> {
    this.running = false;
    await this.done;
    if (this.failures.length > 0) throw this.failures[0];
  }

  private async write(): Promise<void> {
    const clients = new Map<Side, Client>();
    for (const side of SIDES) {
      const client = new Client(this.pair.databases[side].superuser);
      await client.connect();
      clients.set(side, client);
    }
    let side: Side = 'on-prem';
    for (let number = 1; this.running; number += 1) {
      const owner = `${this.name}-${number}`;
      for (let written = false; !written && this.running;) {
        try {
          await clients.get(side)?.query(INSERT, [owner]);
          this.committed.push(`client/${owner}/EUR`);
          written = true;
        } catch (error) {
          if ((error as { code?: string }).code !== 'PW001') throw error;
          side = side === 'on-prem' ? 'aurora' : 'on-prem';
          await sleep(1);
        }
      }
      await sleep(1);
    }
    for (const client of clients.values()) await client.end();
  }
}
