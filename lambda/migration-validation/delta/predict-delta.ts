import type { Client } from 'pg';
import type { TableName } from '../catalog/catalog';
import { disconnect } from '../engine/connect';
import type { Pair, TablePlan } from '../rows/chunk';
import { fromTable } from '../rows/sql';
import { readRows } from '../rows/read-rows';
import type { Databases } from '../rows/run';
import { baselineProblem, openPair, readBoth } from './compare-delta';
import { chooseTables, type DeltaTable, type EarlierPass, sameTable, type SideNow } from './choose-tables';
import { statisticsProblem } from './evidence';
import { estimateTable, totalSeconds, type TableEstimate } from './estimate';
import { blocksStatement, relationName } from './sql';
import { parseSnapshot, rawId } from './window';

export interface PredictOptions {
  readonly appendOnly: readonly TableName[];
  /** As it will be for the delta. @default 2 */
  readonly parallel?: number;
  /** Whether rows will be written meanwhile. @default false */
  readonly live?: boolean;
  readonly signal?: AbortSignal;
}

export interface DeltaPrediction {
  /** For all tables. */
  readonly seconds: number;
  readonly tables: readonly TableEstimate[];
  /** Sentences on what was measured, counted and assumed. */
  readonly basis: readonly string[];
  /** Why the delta would be refused. @default it would not */
  readonly refusal?: string;
}

/**
 * Tells beforehand how long `compareDelta` will take. Reads a sample of the largest table on each side, and statistics.
 * @throws what `connect` throws
 */
export async function predictDelta(
  databases: Databases,
  plans: readonly TablePlan[],
  earlier: EarlierPass,
  { appendOnly, parallel = 2, live = false, signal }: PredictOptions,
): Promise<DeltaPrediction> {
  const pair = await openPair(databases, signal);
  try {
    const refusal = await baselineProblem(pair, earlier.baseline);
    const now = await readBoth(pair);
    const choice = chooseTables(plans, earlier, now, { appendOnly, live });
    const rates = await scanRates(pair, choice.delta, earlier);
    const tables = [
      ...choice.delta.map((table) => estimateTable({ ...table, rates, parallel, ...newRows(table, earlier, now) })),
      ...choice.whole.map(({ plan }) =>
        estimateTable({ plan, earlier: earlier.results.find((result) => sameTable(result, plan)), rates, parallel }),
      ),
    ];
    return {
      seconds: totalSeconds(tables),
      tables,
      basis: [
        rates.basis,
        `A large table is scanned over ${parallel} connections to each side; the times of the tables are added up.`,
        'Deltas are hashed, and tables compared whole, at the rows a second of the earlier pass.',
      ],
      ...(refusal === undefined ? {} : { refusal }),
    };
  } finally {
    disconnect(pair.source);
    disconnect(pair.target);
  }
}

/** How many rows came since, by the statistics, or else as far as the planner's estimate passes what the pass read. */
function newRows(
  { plan, earlier: result, ...baselines }: DeltaTable,
  { baseline }: EarlierPass,
  now: { readonly source: SideNow; readonly target: SideNow },
): { readonly newRows: number; readonly newRowsBasis: string } {
  const counted = (['source', 'target'] as const).flatMap((side) => {
    const table = now[side].tables.find((candidate) => sameTable(candidate, plan));
    if (table === undefined) return [];
    const then = { server: baseline[side].statistics, table: baselines[side].statistics };
    if (statisticsProblem(then, { server: now[side].statistics, table: table.statistics }) !== undefined) return [];
    return [Number(BigInt(table.statistics.inserted) - BigInt(then.table.inserted))];
  });
  if (counted.length > 0) {
    return { newRows: Math.max(...counted), newRowsBasis: 'rows inserted since the baseline, by the statistics' };
  }
  return {
    newRows: Math.max(0, plan.estimatedRows - result.rows.source),
    newRowsBasis: "the planner's estimate less what the earlier pass read",
  };
}

export interface ScanRates {
  /** Bytes of heap that the slower side reads and counts in a second, over one connection. */
  readonly bytesPerSecond: number;
  readonly basis: string;
}

/** Samples spread over the table: what is cached and what is not. */
const SAMPLES = 8;
const SAMPLE_BLOCKS = 256;
/** When nothing could be measured. */
const ASSUMED_BYTES_PER_SECOND = 100 * 1024 * 1024;

async function scanRates(pair: Pair, tables: readonly DeltaTable[], { baseline }: EarlierPass): Promise<ScanRates> {
  const [largest] = [...tables].sort((a, b) => b.plan.bytes - a.plan.bytes);
  if (largest === undefined) {
    return {
      bytesPerSecond: ASSUMED_BYTES_PER_SECOND,
      basis: 'No table is compared by its delta; nothing was measured.',
    };
  }
  const { plan } = largest;
  const measured = await Promise.all(
    (['source', 'target'] as const).map((side) =>
      sample(pair[side], plan, rawId(parseSnapshot(baseline[side].snapshot).xmin)),
    ),
  );
  const rates = measured.filter((rate) => rate !== undefined);
  if (rates.length < 2) {
    return {
      bytesPerSecond: ASSUMED_BYTES_PER_SECOND,
      basis: `${plan.schema}.${plan.name} is too small to measure; 100 MiB/s are assumed.`,
    };
  }
  const bytesPerSecond = Math.min(...rates);
  const mib = (bytesPerSecond / 1024 / 1024).toFixed(0);
  return { bytesPerSecond, basis: `A sample of ${plan.schema}.${plan.name} was read just now, at ${mib} MiB/s.` };
}

/** @returns undefined for a table too small to tell */
async function sample(client: Client, plan: TablePlan, xmin: string): Promise<number | undefined> {
  const { rows } = await client.query<[string, string]>({
    text: blocksStatement,
    values: [relationName(plan)],
    rowMode: 'array',
  });
  const [blocks, size] = (rows[0] ?? ['0', '0']).map(Number);
  if (blocks === undefined || size === undefined || blocks < SAMPLES * 2) return undefined;
  const each = Math.min(SAMPLE_BLOCKS, Math.floor(blocks / SAMPLES));
  const begun = performance.now();
  for (let index = 0; index < SAMPLES; index++) {
    const from = Math.floor((index * blocks) / SAMPLES);
    await readRows(
      client,
      `SELECT count(*), count(*) FILTER (WHERE age(t.xmin) <= age('${xmin}'::xid)) FROM ${fromTable(plan)}
       WHERE t.ctid BETWEEN '(${from},0)'::tid AND '(${from + each - 1},65535)'::tid`,
      false,
    );
  }
  return (SAMPLES * each * size) / ((performance.now() - begun) / 1000);
}
