import type { TableName } from '../catalog/catalog';
import type { TableResult } from '../report/model';
import type { TablePlan } from '../rows/chunk';
import type { Baseline, SideBaseline, TableBaseline } from './baseline-model';
import { statisticsProblem } from './evidence';

/** A full pass that has been made, and what was pinned before it. */
export interface EarlierPass {
  readonly baseline: Baseline;
  readonly results: readonly TableResult[];
}

/** What one side says of its tables now. */
export type SideNow = Pick<SideBaseline, 'statistics' | 'tables'>;

/** A table of which only the delta is read. */
export interface DeltaTable {
  readonly plan: TablePlan;
  readonly earlier: TableResult;
  readonly source: TableBaseline;
  readonly target: TableBaseline;
}

export interface Choice {
  readonly delta: readonly DeltaTable[];
  /** Compared whole. `reason`: why, though the table is declared append-only. */
  readonly whole: readonly { readonly plan: TablePlan; readonly reason?: string }[];
}

export interface ChoiceOptions {
  readonly appendOnly: readonly TableName[];
  /** Whether rows are being written meanwhile: total counts say nothing then, only those of the baseline do. */
  readonly live: boolean;
}

export const sameTable = (a: TableName, b: TableName): boolean => a.schema === b.schema && a.name === b.name;

/** Decides for each table whether its delta is enough. */
export function chooseTables(
  plans: readonly TablePlan[],
  { baseline, results }: EarlierPass,
  now: { readonly source: SideNow; readonly target: SideNow },
  { appendOnly, live }: ChoiceOptions,
): Choice {
  const delta: DeltaTable[] = [];
  const whole: { plan: TablePlan; reason?: string }[] = [];
  for (const plan of plans) {
    if (!appendOnly.some((table) => sameTable(table, plan))) {
      whole.push({ plan });
      continue;
    }
    const earlier = results.find((result) => sameTable(result, plan));
    const [source, target] = [find(baseline.source, plan), find(baseline.target, plan)];
    const reason =
      plan.key.length === 0
        ? 'it has no key that both sides have'
        : (earlierProblem(earlier) ??
          sideProblem('source', baseline.source, now.source, plan, live) ??
          sideProblem('target', baseline.target, now.target, plan, live));
    if (reason !== undefined || earlier === undefined || source === undefined || target === undefined) {
      whole.push({ plan, reason });
    } else {
      delta.push({ plan, earlier, source, target });
    }
  }
  return { delta, whole };
}

function earlierProblem(earlier: TableResult | undefined): string | undefined {
  if (earlier === undefined) return 'the earlier pass did not compare it';
  if (earlier.verdict !== 'equal') return `the earlier pass found it ${earlier.verdict}`;
  return earlier.method === 'none' ? 'the earlier pass did not read it' : undefined;
}

function sideProblem(
  side: 'source' | 'target',
  then: SideBaseline,
  now: SideNow,
  table: TableName,
  live: boolean,
): string | undefined {
  const [before, after] = [find(then, table), find(now, table)];
  if (before === undefined) return `it was not on the ${side} at the baseline`;
  if (after === undefined) return `it is no longer on the ${side}`;
  if (before.oid !== after.oid) return `it was made again on the ${side} since the baseline`;
  if (before.definition !== after.definition) return `its columns were changed on the ${side} since the baseline`;
  if (before.counts !== undefined) return undefined;
  if (live) return `its rows were not counted on the ${side} at the baseline, and are being written now`;
  const problem = statisticsProblem(
    { server: then.statistics, table: before.statistics },
    { server: now.statistics, table: after.statistics },
  );
  return problem === undefined
    ? undefined
    : `its rows were not counted on the ${side} at the baseline, and ${problem}: nothing shows that none was deleted`;
}

const find = ({ tables }: Pick<SideBaseline, 'tables'>, name: TableName): TableBaseline | undefined =>
  tables.find((table) => sameTable(table, name));
