import type { Client } from 'pg';
import type { Role } from '../database/session';
import type { Chunk, ChunkComparison, KeyValues, Pair, TablePlan } from '../rows/chunk';
import { keyText, readKeys, type StoredRow } from '../rows/compare-keys';
import { byIndex, readRows } from '../rows/read-rows';
import { fromTable, inChunk, rowHash } from '../rows/sql';
import { isEqual } from './outcome';
import { NotSettled, type Settling } from './position';

/** How rows are read again. Each read is a short transaction. */
export interface Rereading {
  readonly seed: string;
  /** How often a row that keeps changing is looked at, from 1. */
  readonly maxRechecks: number;
  readonly settling: Pick<Settling, 'wait'>;
  /** @throws what cannot be helped by connecting again */
  onSide<T>(role: Role, work: (client: Client) => Promise<T>): Promise<T>;
  onBoth<T>(work: (pair: Pair) => Promise<T>): Promise<T>;
}

export interface Rechecked {
  /** Rows that differ for real: not because a change was under way. */
  readonly real: readonly {
    readonly key: KeyValues;
    readonly kind: 'missing-on-target' | 'missing-on-source' | 'changed';
  }[];
  readonly undecided: readonly KeyValues[];
  /** Why those are undecided. */
  readonly reason?: string;
}

/**
 * Finds out which of some rows differ for real, while replication runs.
 *
 * A row of the source is read, then the target after the replication has passed that moment, then the source again.
 * - The target has the row as the source had it before or has it after: it is equal.
 * - The source has the same version of the row as before: the target should have had it, and a difference is real.
 * - The source had no such row, before and after, but the target has: the row may have come and gone in between. It is real when
 *   after another wait the target has the very same version still: between the two readings the replication passed a moment
 *   when the source had none.
 * - Else the row is changing: again.
 */
export async function recheckKeys(reading: Rereading, plan: TablePlan, keys: readonly KeyValues[]): Promise<Rechecked> {
  const read = (role: Role, wanted: readonly KeyValues[]) =>
    reading.onSide(role, (client) => readKeys(client, plan, wanted, { seed: reading.seed }));
  const real: Rechecked['real'][number][] = [];
  const onTargetBefore = new Map<string, StoredRow>();
  let open = keys;
  let before = await read('source', open);
  // One more than asked for: what the target alone has takes two rounds.
  for (let round = 0; open.length > 0 && round <= reading.maxRechecks; round += 1) {
    const reason = await notSettled(reading);
    if (reason !== undefined) return { real, undecided: open, reason };
    const onTarget = await read('target', open);
    const after = await read('source', open);
    open = open.filter((key) => {
      const text = keyText(key);
      const [was, there, is] = [before.get(text), onTarget.get(text), after.get(text)];
      if (was?.hash === there?.hash || is?.hash === there?.hash) return false;
      if (!isSameVersion(was, is)) return true;
      if (was !== undefined) {
        real.push({ key, kind: there === undefined ? 'missing-on-target' : 'changed' });
        return false;
      }
      if (!isSameVersion(onTargetBefore.get(text), there)) {
        if (there !== undefined) onTargetBefore.set(text, there);
        return true;
      }
      real.push({ key, kind: 'missing-on-source' });
      return false;
    });
    before = after;
  }
  return open.length === 0
    ? { real, undecided: [] }
    : {
        real,
        undecided: open,
        reason: `rows kept changing while they were compared ${reading.maxRechecks} times more`,
      };
}

const isSameVersion = (a: StoredRow | undefined, b: StoredRow | undefined): boolean =>
  a?.hash === b?.hash && a?.xmin === b?.xmin;

async function notSettled({ settling }: Rereading): Promise<string | undefined> {
  try {
    await settling.wait();
    return undefined;
  } catch (error) {
    if (error instanceof NotSettled) return error.message;
    throw error;
  }
}

export type RecheckedChunk = { readonly comparison: ChunkComparison } | { readonly reason: string };

/**
 * The same for a chunk as a whole, where rows have no key or too many differ.
 *
 * Real is what differs when the source had the same versions of the same rows before and after the target was read, and the
 * target still has the same versions after another wait. A row that only the source has was there all the time, so that it
 * should have arrived; one that only the target has was there while the replication passed a moment when the source had none.
 */
export async function recheckChunk(
  reading: Rereading,
  plan: TablePlan,
  chunk: Chunk,
  compare: (pair: Pair) => Promise<ChunkComparison>,
): Promise<RecheckedChunk> {
  const read = (role: Role) => reading.onSide(role, (client) => readVersions(client, plan, chunk, reading.seed));
  let before = await read('source');
  let onTargetBefore: Versions | undefined;
  for (let round = 0; round <= reading.maxRechecks; round += 1) {
    const reason = await notSettled(reading);
    if (reason !== undefined) return { reason };
    const onTarget = await read('target');
    if (before.rows === onTarget.rows && before.sum === onTarget.sum) return { comparison: equal(before) };
    const after = await read('source');
    const stable = before.versions === after.versions && before.rows === after.rows;
    if (stable && onTargetBefore?.versions === onTarget.versions) {
      const found = await compareThese(reading, plan, chunk, { source: after, target: onTarget }, compare);
      if (found !== undefined) return { comparison: found };
    }
    onTargetBefore = stable ? onTarget : undefined;
    before = after;
  }
  return { reason: `rows kept changing while they were compared ${reading.maxRechecks} times more` };
}

interface Versions {
  readonly rows: number;
  readonly sum: string;
  /** The sum over the places and transactions of the rows: as long as it is the same, no row was written. */
  readonly versions: string;
}

async function readVersions(client: Client, plan: TablePlan, chunk: Chunk, seed: string): Promise<Versions> {
  const version = `pg_catalog.hashtextextended(ROW(t.tableoid::pg_catalog.oid, t.ctid, t.xmin)::pg_catalog.text, '${seed}'::pg_catalog.int8)`;
  const sums = [rowHash(plan, seed), version].map((hash) => `COALESCE(pg_catalog.sum(${hash}), 0)`).join(', ');
  const sql = `SELECT pg_catalog.count(*), ${sums} FROM ${fromTable(plan)} WHERE ${inChunk(plan, chunk, seed)}`;
  const [row] = await readRows(client, sql, byIndex(chunk));
  const [rows, sum, versions] = row ?? [];
  if (typeof rows !== 'string' || typeof sum !== 'string' || typeof versions !== 'string') {
    throw new Error('a sum must be one row of three values');
  }
  return { rows: Number(rows), sum, versions };
}

/** The rows that differ, if both sides still are what was found to differ. */
async function compareThese(
  reading: Rereading,
  plan: TablePlan,
  chunk: Chunk,
  expected: Readonly<Record<Role, Versions>>,
  compare: (pair: Pair) => Promise<ChunkComparison>,
): Promise<ChunkComparison | undefined> {
  return reading.onBoth(async (pair) => {
    const comparison = await compare(pair);
    const source = await readVersions(pair.source, plan, chunk, reading.seed);
    const target = await readVersions(pair.target, plan, chunk, reading.seed);
    const same = source.versions === expected.source.versions && target.versions === expected.target.versions;
    return same && !isEqual(comparison) ? comparison : undefined;
  });
}

function equal({ rows, sum }: Versions): ChunkComparison {
  const counts = { missingOnTarget: 0, missingOnSource: 0, changed: 0 };
  return { source: { rows, sum }, target: { rows, sum }, differences: [], counts };
}
