import type { Client, CustomTypesConfig, QueryArrayResult } from 'pg';
import Cursor from 'pg-cursor';
import type { Chunk } from './chunk';

/** A row's values as PostgreSQL prints them. */
export type Values = readonly (string | null)[];

/** Each value as PostgreSQL sent it. */
const AS_TEXT: CustomTypesConfig = { getTypeParser: () => (value: unknown) => value };

/**
 * Asks for a few rows.
 *
 * By an index or a bitmap of it is left to the planner, as it is no matter where rows lie in the order of the range key: of 2
 * million rows on both sides at once, ranges of 10,000 took 5.20 s by index scan and 5.17 s by bitmap, of 20,000 5.07 s and
 * 5.43 s, and one scan of the whole 5.13 s. But it must not read the whole table for each range, which it would do for
 * tables that were never analyzed, and for ranges within few values of a first column.
 * @param byIndex whether an index serves the statement: then the table is not read as a whole, whatever the planner thinks
 */
export async function readRows(client: Client, sql: string, byIndex: boolean): Promise<readonly Values[]> {
  // In one message, so that the setting goes with it at no cost, and ends with the transaction: of the caller, or this one.
  const text = byIndex ? `SET LOCAL enable_seqscan = off; ${sql}` : sql;
  const answer: unknown = await client.query({ text, rowMode: 'array', types: AS_TEXT });
  const results = (Array.isArray(answer) ? answer : [answer]) as readonly QueryArrayResult<(string | null)[]>[];
  return results.at(-1)?.rows ?? [];
}

/** Reads rows as they are asked for, so many at once, so that they need not fit into memory. */
export async function* streamRows(
  client: Client,
  sql: string,
  byIndex: boolean,
  rowsAtOnce = ROWS_AT_ONCE,
): AsyncGenerator<readonly Values[]> {
  if (byIndex) await client.query('SET enable_seqscan = off');
  const cursor = client.query(new Cursor<(string | null)[]>(sql, [], { rowMode: 'array', types: AS_TEXT }));
  let failed = false;
  try {
    for (;;) {
      const rows = await unlessEnded(client, cursor.read(rowsAtOnce));
      yield rows;
      if (rows.length < rowsAtOnce) return;
    }
  } catch (error) {
    failed = true;
    throw error;
  } finally {
    // A cursor that failed is closed already; one whose connection is gone would never answer.
    if (!failed) {
      await closed(client, cursor);
      if (byIndex) await client.query('RESET enable_seqscan');
    }
  }
}

/** Waits until a cursor is closed, or its connection is. */
async function closed(client: Client, cursor: Cursor): Promise<void> {
  await unlessEnded(client, cursor.close()).catch(() => undefined);
}

/** A cursor never answers when its connection is cut after its last row and before the server is ready again. */
async function unlessEnded<T>(client: Client, answer: Promise<T>): Promise<T> {
  let onEnd: () => void = () => undefined;
  const ended = new Promise<never>((_resolve, reject) => {
    onEnd = () => {
      reject(new Error('Connection terminated unexpectedly'));
    };
    client.once('end', onEnd);
  });
  try {
    return await Promise.race([answer, ended]);
  } finally {
    client.off('end', onEnd);
  }
}

const ROWS_AT_ONCE = 1000;

/** Whether an index serves a chunk's statements. */
export const byIndex = (chunk: Chunk): boolean =>
  chunk.kind === 'range' && (chunk.after !== undefined || chunk.upTo !== undefined);
