import type { Client } from 'pg';
import { openSession } from '../../lambda/migration-validation/database/session';
import { COLUMNS, type Dataset, SCHEMA } from './dataset';

/** The two connections that the scans run over, opened once: a scan is its statement alone. */
export interface Scanner {
  /** One sequential scan that hashes every row, on both sides at the same time. @returns milliseconds until both are done */
  scan(table: string): Promise<number>;
  end(): Promise<void>;
}

/** The limit: what reading and hashing every row takes when nothing else is done, with the hash and session of the comparison. */
export async function openScanner({ source, target }: Dataset): Promise<Scanner> {
  const clients = await Promise.all([source, target].map(({ superuser }) => openSession(superuser)));
  return {
    scan: async (table) => {
      const started = performance.now();
      const rows = await Promise.all(clients.map((client) => hashAll(client, table)));
      const taken = performance.now() - started;
      if (rows.some((count) => count === 0)) throw new Error(`${table} must have rows, got none`);
      return taken;
    },
    end: async () => {
      await Promise.all(clients.map((client) => client.end()));
    },
  };
}

async function hashAll(client: Client, table: string): Promise<number> {
  // Range scans of an index would be another thing to measure.
  await client.query('SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_indexonlyscan = off');
  const { rows } = await client.query<{ rows: string }>(
    `SELECT count(*) AS rows, sum(hashtextextended(ROW(${COLUMNS.join(', ')})::text, 7)) FROM ${SCHEMA}.${table}`,
  );
  return Number(rows[0]?.rows ?? 0);
}
