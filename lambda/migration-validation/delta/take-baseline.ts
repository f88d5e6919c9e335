import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, escapeIdentifier, escapeLiteral } from 'pg';
import type { TableName } from '../catalog/catalog';
import type { Pair } from '../rows/chunk';
import type { Baseline, SideBaseline, TableBaseline } from './baseline-model';
import { readable, readIdentity } from './server';
import { readStatistics, readTables } from './table-facts';
import { parseSnapshot, rawId, stepOf } from './window';

export interface BaselineOptions {
  /**
   * Whose rows are counted: one more scan of each, and the proof of the delta pass that none of their rows was updated or
   * deleted since. Without it the cumulative statistics have to do.
   * @default none
   */
  readonly count?: readonly TableName[];
}

/**
 * Pins what both databases hold, so that `compareDelta` needs to read only what came later. To be taken before a full pass
 * reads anything, and to be kept with its result.
 * @param pair two sessions of the comparison, outside of a transaction
 * @throws what `pg` throws
 */
export async function takeBaseline(pair: Pair, options: BaselineOptions = {}): Promise<Baseline> {
  const [source, target] = await Promise.all([side(pair.source, options), side(pair.target, options)]);
  return { formatVersion: 1, source, target };
}

async function side(client: Client, { count = [] }: BaselineOptions): Promise<SideBaseline> {
  const identity = await readIdentity(client);
  // Statistics first: what is deleted between the two then looks deleted since, not before.
  const statistics = await readStatistics(client);
  const tables = await readTables(client);
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    const { rows } = await client.query<{ snapshot: string; now: Date }>(
      'SELECT pg_current_snapshot()::text AS snapshot, clock_timestamp() AS now',
    );
    const [row] = rows;
    if (row === undefined) throw new Error('pg_current_snapshot() must give a row');
    const counted = await countTables(client, row.snapshot, tables, count);
    await client.query('COMMIT');
    const durable = await onDisk(client);
    return {
      ...{ takenAt: row.now.toISOString(), snapshot: row.snapshot, durable },
      ...{ ...identity, statistics, tables: counted },
    };
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function countTables(
  client: Client,
  snapshot: string,
  tables: readonly TableBaseline[],
  count: readonly TableName[],
): Promise<TableBaseline[]> {
  const xmin = rawId(parseSnapshot(snapshot).xmin);
  const age = (await client.query<{ age: number }>('SELECT age($1::xid)', [xmin])).rows[0]?.age ?? 0;
  const counted: TableBaseline[] = [];
  for (const table of tables) {
    const asked = count.some(({ schema, name }) => schema === table.schema && name === table.name);
    counted.push(asked ? { ...table, counts: await stepsOf(client, table, age) } : table);
  }
  return counted;
}

async function stepsOf(client: Client, table: TableName, age: number): Promise<TableBaseline['counts']> {
  const { rows } = await client.query<{ step: string; rows: string }>(
    `SELECT ${stepOf(age)} AS step, count(*) AS rows FROM ${await fromTable(client, table)} t GROUP BY 1 ORDER BY 1`,
  );
  return rows.map(({ step, rows: n }) => ({ step: Number(step), rows: Number(n) }));
}

/** A table in FROM: with its partitions, without tables that merely inherit from it. */
async function fromTable(client: Client, { schema, name }: TableName): Promise<string> {
  const relation = `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;
  const { rows } = await client.query<{ relkind: string }>('SELECT relkind FROM pg_class WHERE oid = $1::regclass', [
    relation,
  ]);
  return rows[0]?.relkind === 'p' ? relation : `ONLY ${relation}`;
}

/**
 * Waits until everything that was visible is on the disk. With synchronous_commit off it is visible before, may be lost in a
 * crash, and its transaction ids are then given to others. What is committed so is written within three times
 * wal_writer_delay; what is not committed yet may stay in memory, so that the position alone would be waited for in vain.
 * @see https://www.postgresql.org/docs/16/wal-async-commit.html
 * @returns false when the server does not say so, as a standby does not
 */
async function onDisk(client: Client): Promise<boolean> {
  const position = await readable(
    client,
    "SELECT pg_current_wal_insert_lsn() || ' ' || (SELECT setting FROM pg_settings WHERE name = 'wal_writer_delay') AS value",
  );
  const [inserted, delay] = position?.split(' ') ?? [];
  if (inserted === undefined || delay === undefined) return false;
  const deadline = performance.now() + 3 * Number(delay);
  for (;;) {
    const flushed = await readable(
      client,
      `SELECT (pg_current_wal_flush_lsn() >= ${escapeLiteral(inserted)}::pg_lsn)::text AS value`,
    );
    if (flushed === undefined) return false;
    if (flushed === 'true' || performance.now() > deadline) return true;
    await sleep(20);
  }
}
