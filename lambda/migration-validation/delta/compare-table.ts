import type { TableResult } from '../report/model';
import type { DifferenceCounts, TablePlan } from '../rows/chunk';
import type { Observer } from '../rows/run';
import type { TableBaseline } from './baseline-model';
import type { DeltaTable } from './choose-tables';
import { compareRows, type CompareRowsOptions, type DeltaSide } from './compare-rows';
import { contradictions } from './evidence';
import { countSide, settled, slicesOf } from './scan';
import type { SnapshotReaders } from './snapshot-readers';
import { windowWidth } from './window';

export interface CompareTableOptions extends CompareRowsOptions {
  /** Rows are being written meanwhile: total counts of the two sides are of different moments. */
  readonly live: boolean;
  /** The tables' statistics as they are now; asked for after the rows were read. */
  readonly statistics: () => Promise<{
    readonly source: readonly TableBaseline[];
    readonly target: readonly TableBaseline[];
  }>;
  readonly observer?: Observer;
}

/** Compares the delta of one table. @throws what `pg` throws */
export async function compareTable(
  table: DeltaTable,
  source: SnapshotReaders,
  target: SnapshotReaders,
  options: CompareTableOptions,
): Promise<TableResult> {
  const { plan } = table;
  const { observer } = options;
  const begun = performance.now();
  const [ours = [], theirs = []] = await settled([slicesOf(source, plan), slicesOf(target, plan)]);
  observer?.tableStarted(plan, ours.length);
  const count = async (readers: SnapshotReaders, slices: typeof ours, onSlice: (rows: number) => void) => {
    const width = windowWidth(readers.age);
    return { readers, width, count: await countSide(readers, plan, width, slices, onSlice) };
  };
  const [left, right] = await settled([
    count(source, ours, (rows) => observer?.chunkDone(plan, rows, true)),
    count(target, theirs, () => undefined),
  ]);
  if (left === undefined || right === undefined) throw new Error('both sides must be counted');

  const found = await compareRows(plan, left, right, options);
  const { counts, net } = withOlder(found.counts, left, right, options.live);
  const problems = [...(await contradicted(table, left, right, options)), ...net];
  const seconds = (performance.now() - begun) / 1000;
  return {
    ...named(plan),
    verdict: problems.length > 0 ? 'unknown' : isZero(counts) ? 'equal' : 'different',
    ...(problems.length > 0 ? { problem: `${problems.join('; ')}: compare this table whole` } : {}),
    rows: { source: left.count.rows, target: right.count.rows },
    chunks: ours.length,
    rechecked: found.reread > 0 ? 1 : 0,
    counts,
    undecided: 0,
    differences: found.differences.map(({ columns, ...row }) => ({
      ...row,
      ...(columns === undefined ? {} : { columns: [...columns] }),
    })),
    seconds,
    rowsPerSecond: seconds > 0 ? left.count.rows / seconds : 0,
  };
}

/** A table that could not be compared. */
export function notCompared(plan: TablePlan, problem: string): TableResult {
  return {
    ...named(plan),
    verdict: 'unknown',
    problem,
    rows: { source: 0, target: 0 },
    chunks: 0,
    rechecked: 0,
    counts: { missingOnTarget: 0, missingOnSource: 0, changed: 0 },
    undecided: 0,
    differences: [],
    seconds: 0,
    rowsPerSecond: 0,
  };
}

const named = ({ schema, name, key }: TablePlan) => ({
  schema,
  name,
  key: key.map((column) => column.name),
  method: 'delta' as const,
});

/** What the totals say beyond the delta: rows of before the baseline that only one side still has. */
function withOlder(
  counts: DifferenceCounts,
  { count: source }: DeltaSide,
  { count: target }: DeltaSide,
  live: boolean,
): { counts: DifferenceCounts; net: string[] } {
  const more = source.rows - target.rows - (counts.missingOnTarget - counts.missingOnSource);
  if (live || more === 0) return { counts, net: [] };
  const [rich, poor] = more > 0 ? ['source', 'target'] : ['target', 'source'];
  return {
    counts: {
      ...counts,
      missingOnTarget: counts.missingOnTarget + Math.max(more, 0),
      missingOnSource: counts.missingOnSource + Math.max(-more, 0),
    },
    net: [`the ${rich} holds ${Math.abs(more)} rows of before the baseline that the ${poor} does not hold`],
  };
}

async function contradicted(
  { plan, earlier, ...baselines }: DeltaTable,
  source: DeltaSide,
  target: DeltaSide,
  { statistics }: CompareTableOptions,
): Promise<string[]> {
  const now = await statistics();
  return (['source', 'target'] as const).flatMap((side) => {
    const current = now[side].find(({ schema, name }) => schema === plan.schema && name === plan.name);
    if (current === undefined) return [`it is no longer on the ${side}`];
    const { count, width } = side === 'source' ? source : target;
    const earlierRows = earlier.rows[side];
    const { statistics: table } = current;
    return contradictions({ side, baseline: baselines[side], earlierRows, now: count, width, statistics: table });
  });
}

const isZero = ({ missingOnTarget, missingOnSource, changed }: DifferenceCounts): boolean =>
  missingOnTarget + missingOnSource + changed === 0;
