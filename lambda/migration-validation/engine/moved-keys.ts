import type { Client } from 'pg';
import { isDelta, parseSnapshot, rawId, windowWidth } from '../delta/window';
import type { KeyValues, TablePlan } from '../rows/chunk';
import { keyText, readKeys } from '../rows/compare-keys';
import { streamRows } from '../rows/read-rows';
import { fromTable, printed } from '../rows/sql';
import { recheckKeys, type Rereading } from './recheck';
import { quoted } from './snapshot';

/**
 * What a walk along the range key of a table that is written to cannot see: a row whose range key is changed, before its range
 * is read, to one that lies in a range which was read already. Neither range holds it when it is read.
 *
 * Such a row has a version that was written since the walk began. So where rows were updated in a way that can move them,
 * all rows with such versions are found in one statement, which sees one moment, and compared by key. A row that is gone by
 * then may have moved once more: then the same is done again, for what was written since that moment.
 */

/** The source when a walk along its range key begins. Plain data: it goes into the state. */
export interface WalkBegin {
  /** pg_current_snapshot(). */
  readonly snapshot: string;
  /** Updates of the table that may have changed an index, as the cumulative statistics count them; null: not known. */
  readonly updates: string | null;
}

/** A HOT update changes no index, and so no range key. @see https://www.postgresql.org/docs/current/storage-hot.html */
const BEGIN_SQL = `
  SELECT pg_current_snapshot()::text AS snapshot,
    (SELECT sum(n_tup_upd - n_tup_hot_upd) FROM pg_stat_all_tables
     WHERE relid = $1::regclass OR relid IN (SELECT relid FROM pg_partition_tree($1::regclass)))::text AS updates`;

export async function readWalkBegin(client: Client, plan: TablePlan): Promise<WalkBegin> {
  const { rows } = await client.query<WalkBegin>(BEGIN_SQL, [quoted(plan)]);
  const [begin] = rows;
  if (begin === undefined) throw new Error('pg_current_snapshot() must give a row, got none');
  return { snapshot: begin.snapshot, updates: begin.updates };
}

/** Of more rows the keys are not kept. */
const MAX_KEYS = 200_000;
const KEYS_AT_ONCE = 1000;

/** Statistics come late: sessions tell of what they did half a second later, or when they are idle. */
export const STATISTICS_MS = 600;

/** Whether rows can have moved since: statistics that do not count do not say that they have not. */
export const mayHaveMoved = (begin: WalkBegin, now: WalkBegin): boolean =>
  begin.snapshot !== now.snapshot && (now.updates === null || now.updates !== begin.updates);

/**
 * Compares the rows that were written since a walk began.
 * @param known keys of rows that were found to differ already
 * @param rounds how often it is done again for rows that are gone meanwhile
 * @returns why the table cannot be told; undefined: every such row is the same on both sides
 */
export async function movedKeysProblem(
  reading: Rereading,
  plan: TablePlan,
  begin: WalkBegin,
  { known, rounds }: { readonly known: ReadonlySet<string>; readonly rounds: number },
): Promise<string | undefined> {
  if (plan.key.length === 0)
    return 'rows were updated while it was read, and it has no key that tells which; compare it at one moment';
  let since = begin.snapshot;
  for (let round = 0; round <= rounds; round += 1) {
    const written = await reading.onSide('source', (client) => keysWritten(client, plan, since));
    if (written.keys === undefined) {
      return `rows were updated while it was read, and more than ${MAX_KEYS.toLocaleString('en-US')} written: whether one moved out of sight is not known; compare it when fewer are written, or at one moment`;
    }
    let gone = 0;
    for (let at = 0; at < written.keys.length; at += KEYS_AT_ONCE) {
      const found = await compareWritten(reading, plan, written.keys.slice(at, at + KEYS_AT_ONCE), known);
      if (found.problem !== undefined) return found.problem;
      gone += found.gone;
    }
    if (gone === 0) return undefined;
    since = written.snapshot;
  }
  return 'keys of rows kept changing while it was read; compare it when they do not, or at one moment';
}

async function keysWritten(
  client: Client,
  plan: TablePlan,
  since: string,
): Promise<{ readonly snapshot: string; readonly keys?: readonly KeyValues[] }> {
  const { rows } = await client.query<{ snapshot: string; age: number }>(
    'SELECT pg_current_snapshot()::text AS snapshot, age($1::text::xid) AS age',
    [rawId(parseSnapshot(since).xmin)],
  );
  const [{ snapshot, age } = { snapshot: since, age: 0 }] = rows;
  const sql = `SELECT ${plan.key.map(printed).join(', ')} FROM ${fromTable(plan)} WHERE ${isDelta(age, windowWidth(age))}`;
  const keys: KeyValues[] = [];
  for await (const batch of streamRows(client, sql, false)) {
    if (keys.length + batch.length > MAX_KEYS) return { snapshot };
    keys.push(...batch.map((row) => row.map((value) => value ?? '')));
  }
  return { snapshot, keys };
}

async function compareWritten(
  reading: Rereading,
  plan: TablePlan,
  keys: readonly KeyValues[],
  known: ReadonlySet<string>,
): Promise<{ readonly problem?: string; readonly gone: number }> {
  const read = (role: 'source' | 'target') =>
    reading.onSide(role, (client) => readKeys(client, plan, keys, { seed: reading.seed }));
  const [source, target] = [await read('source'), await read('target')];
  const gone = keys.filter((key) => !source.has(keyText(key))).length;
  const open = keys.filter((key) => source.get(keyText(key))?.hash !== target.get(keyText(key))?.hash);
  const rechecked = await recheckKeys(
    reading,
    plan,
    open.filter((key) => !known.has(keyText(key))),
  );
  const { real, undecided, reason } = rechecked;
  const [first] = real;
  if (first !== undefined) {
    return {
      problem: `${real.length} ${real.length === 1 ? 'row that was written while it was read differs' : 'rows that were written while it was read differ'}, the first with the key ${first.key.join(', ')}; compare it again`,
      gone,
    };
  }
  return undecided.length > 0 ? { problem: reason ?? 'rows kept changing while it was read', gone } : { gone };
}
