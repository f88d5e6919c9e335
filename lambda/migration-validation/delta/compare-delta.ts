/**
 * The pass for the freeze: compares only what an earlier, full pass cannot have seen.
 *
 * Why that is exact. Before the earlier pass, the baseline pins a snapshot of each side. Each side's rows are then of two
 * kinds: *older* ones, whose transaction id lies below the baseline snapshot's xmin, and the *delta*, all others (window.ts
 * says why that rule, and why it never takes too few).
 *
 * 1. An older row's transaction was over when the baseline was taken. Whatever the earlier pass read, it read later, so it
 *    saw every older row of either side, and found the same row on the other side: its verdict for the table is `equal`.
 * 2. No version of a row that is older comes into being later; a changed row is a new version, with a new id. So a key that
 *    is older on both sides still has the versions that were equal.
 * 3. A key that is in the delta of one side at least is compared now. The other side may have had it before its own baseline
 *    (in flight when the baselines were taken): what only one delta has, or both have differently, is read by key on both.
 * 4. There remain keys that are older on one side and gone on the other: deleted since, which append-only tables do not do.
 *    That is not taken on trust: where the baseline counted the rows, as many older ones must be there still, on each side, which
 *    an update or a delete of any makes untrue (TRUNCATE and detached partitions too); where it did not, the servers'
 *    cumulative statistics must show no update and no delete since, without a reset, and no side may hold fewer rows than the
 *    earlier pass read. And while nothing is written, both totals must agree beyond the differences of the delta.
 *
 * What contradicts one of these makes the table `unknown`, with the reason. What makes the argument void from the beginning,
 * because it is another server, database, timeline, or a baseline too old for transaction ids, refuses all tables; a table
 * that was changed or made again, has no key, or was not `equal` before is compared whole.
 */
import { Mutex } from './mutex';
import type { TableName } from '../catalog/catalog';
import { connect, Control, disconnect } from '../engine/connect';
import { describe } from '../engine/faults';
import { Settling } from '../engine/position';
import type { TableResult } from '../report/model';
import type { Pair, TablePlan } from '../rows/chunk';
import { hashingProblem } from '../rows/hashing-check';
import type { Databases, Observer, Settle } from '../rows/run';
import type { Baseline, TableBaseline } from './baseline-model';
import { type Choice, chooseTables, type DeltaTable, type EarlierPass, sameTable, type SideNow } from './choose-tables';
import { compareTable, notCompared } from './compare-table';
import { identityProblem, readIdentity } from './server';
import { SnapshotReaders } from './snapshot-readers';
import { readStatistics, readTables } from './table-facts';
import { parseSnapshot, rawId, windowProblem } from './window';

export interface DeltaOptions {
  /** Tables whose rows are only ever added. */
  readonly appendOnly: readonly TableName[];
  /** A whole number of 64 bits. */
  readonly seed: string;
  /** Compares the other tables: `compareTables`, with its options. */
  readonly compareWhole: (plans: readonly TablePlan[]) => Promise<DeltaOutcome>;
  /** Connections to each side that read, beside one that reads by key. @default 2 */
  readonly parallel?: number;
  /** How many differing rows are listed for each table. @default 100 */
  readonly maxDifferences?: number;
  /**
   * For a rehearsal while rows are being written: how what the source held reaches the target. Needs counts in the baseline.
   * @default nothing is written meanwhile: differences count at once
   */
  readonly settle?: Settle;
  readonly observer?: Observer;
  readonly signal?: AbortSignal;
}

export interface DeltaOutcome {
  readonly results: readonly TableResult[];
  /** Sentences on what the verdicts rest on. */
  readonly basis: readonly string[];
}

/**
 * Compares the tables: of those declared append-only only the delta, the others whole.
 * @throws what `connect` throws, or the signal's reason; what concerns one table is in its result
 */
export async function compareDelta(
  databases: Databases,
  plans: readonly TablePlan[],
  earlier: EarlierPass,
  options: DeltaOptions,
): Promise<DeltaOutcome> {
  const pair = await openPair(databases, options.signal);
  try {
    const refusal = (await baselineProblem(pair, earlier.baseline)) ?? (await hashingProblem(pair));
    const choice = chooseTables(plans, earlier, await readBoth(pair), {
      appendOnly: options.appendOnly,
      live: options.settle !== undefined,
    });
    const delta =
      refusal === undefined
        ? await compareChosen(databases, pair, choice.delta, earlier.baseline, options)
        : choice.delta.map(({ plan }) => notCompared(plan, `${refusal}; compare this table whole`));
    const whole =
      choice.whole.length === 0
        ? { results: [], basis: [] }
        : await options.compareWhole(choice.whole.map(({ plan }) => plan));
    const results = new Map([...delta, ...whole.results].map((result) => [nameOf(result), result]));
    return {
      results: plans.map((plan) => results.get(nameOf(plan)) ?? notCompared(plan, 'it was not compared')),
      basis: [...basisOf(earlier.baseline, choice, options, refusal), ...whole.basis],
    };
  } finally {
    disconnect(pair.source);
    disconnect(pair.target);
  }
}

/** Why a baseline says nothing of these two databases any more. @returns undefined: it does */
export async function baselineProblem(pair: Pair, baseline: Baseline): Promise<string | undefined> {
  for (const side of ['source', 'target'] as const) {
    const [client, then] = [pair[side], baseline[side]];
    const { rows } = await client.query<{ snapshot: string; age: number }>(
      'SELECT pg_current_snapshot()::text AS snapshot, age($1::xid) AS age',
      [rawId(parseSnapshot(then.snapshot).xmin)],
    );
    const [now] = rows;
    if (now === undefined) throw new Error('pg_current_snapshot() must give a row');
    const problem =
      identityProblem(then, await readIdentity(client)) ??
      windowProblem(parseSnapshot(then.snapshot), parseSnapshot(now.snapshot), now.age);
    if (problem !== undefined) return `the baseline does not serve for the ${side}: ${problem}`;
  }
  return undefined;
}

/** What both sides say of their tables now. */
export async function readBoth(pair: Pair): Promise<{ readonly source: SideNow; readonly target: SideNow }> {
  const read = async (client: Pair['source']) => ({
    statistics: await readStatistics(client),
    tables: await readTables(client),
  });
  const [source, target] = await Promise.all([read(pair.source), read(pair.target)]);
  return { source, target };
}

async function compareChosen(
  databases: Databases,
  pair: Pair,
  tables: readonly DeltaTable[],
  baseline: Baseline,
  options: DeltaOptions,
): Promise<TableResult[]> {
  if (tables.length === 0) return [];
  const { parallel = 2, signal, observer, settle } = options;
  const control = new Control(databases.source, { seconds: 10, signal });
  const source = await SnapshotReaders.open(databases.source, parseSnapshot(baseline.source.snapshot), parallel);
  let target: SnapshotReaders | undefined;
  try {
    // Later than the source: what the source shows, the target can have.
    target = await SnapshotReaders.open(databases.target, parseSnapshot(baseline.target.snapshot), parallel);
    const readers = target;
    const mutex = new Mutex();
    const shared = {
      ...{ seed: options.seed, maxDifferences: options.maxDifferences ?? 100, live: settle !== undefined, observer },
      settle: () => (settle === undefined ? Promise.resolve() : new Settling(control.query, settle, signal).wait()),
      withPair: <Result>(work: (both: Pair) => Promise<Result>) => mutex.run(() => work(pair)),
      statistics: () =>
        mutex.run(async (): Promise<{ source: TableBaseline[]; target: TableBaseline[] }> => {
          const [ours, theirs] = [await readTables(pair.source), await readTables(pair.target)];
          return { source: ours, target: theirs };
        }),
    };
    // The largest first: the others fill what it leaves idle.
    const queue = [...tables].sort((a, b) => b.plan.bytes - a.plan.bytes);
    const results: TableResult[] = [];
    const work = async () => {
      for (let table = queue.shift(); table !== undefined; table = queue.shift()) {
        signal?.throwIfAborted();
        const result = await compareTable(table, source, readers, shared).catch((error: unknown) => {
          signal?.throwIfAborted();
          return notCompared(table.plan, describe(error));
        });
        results.push(result);
        observer?.tableDone(result);
      }
    };
    await Promise.all(Array.from({ length: parallel }, work));
    return results;
  } finally {
    control.drop();
    source.close();
    target?.close();
  }
}

function basisOf(
  { source, target }: Baseline,
  { delta, whole }: Choice,
  { appendOnly, settle }: DeltaOptions,
  refusal: string | undefined,
): string[] {
  const missing = appendOnly.filter(
    (table) => ![...delta, ...whole].some((chosen) => sameTable('plan' in chosen ? chosen.plan : chosen, table)),
  );
  return [
    ...(refusal === undefined ? [] : [`The delta was refused: ${refusal}.`]),
    ...(delta.length === 0 || refusal !== undefined
      ? []
      : [
          `Of ${delta.map(({ plan }) => nameOf(plan)).join(', ')} only rows were read that the baseline did not see: ` +
            `the snapshot ${source.snapshot} of the source at ${source.takenAt}, ${target.snapshot} of the target at ` +
            `${target.takenAt}. That none of the others was updated or deleted is shown by ` +
            `${[...new Set(delta.map(shownBy))].join(', and by ')}.`,
        ]),
    ...(
      [
        ['source', source],
        ['target', target],
      ] as const
    )
      .filter(([, side]) => !side.durable && delta.length > 0 && refusal === undefined)
      .map(
        ([name]) =>
          `The ${name} did not say that what its baseline saw was on the disk: a crash right after the baseline could have ` +
          'taken back what was committed with synchronous_commit off.',
      ),
    ...whole.flatMap(({ plan, reason }) =>
      reason === undefined ? [] : [`${nameOf(plan)} was compared whole, though declared append-only: ${reason}.`],
    ),
    ...missing.map((table) => `${nameOf(table)} is declared append-only, but is none of the tables compared.`),
    ...(settle === undefined ? [] : ['Rows were being written meanwhile: the totals of the sides were not compared.']),
  ];
}

const shownBy = ({ source, target }: DeltaTable): string =>
  source.counts !== undefined && target.counts !== undefined
    ? 'the counts of the baseline'
    : "the servers' cumulative statistics";

/** Two sessions, for what needs no snapshot. Their owner ends them. */
export async function openPair({ source, target }: Databases, signal?: AbortSignal): Promise<Pair> {
  const ours = await connect(source, { seconds: 10, signal });
  try {
    return { source: ours, target: await connect(target, { seconds: 10, signal }) };
  } catch (error) {
    disconnect(ours);
    throw error;
  }
}

const nameOf = ({ schema, name }: TableName): string => `${schema}.${name}`;
