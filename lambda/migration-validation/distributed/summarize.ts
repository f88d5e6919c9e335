import { isDeepStrictEqual } from 'node:util';
import type { CompareRows } from '../comparison/parts';
import { unread } from '../comparison/table-pairs';
import { addCounts, total } from '../engine/outcome';
import type { TableResult } from '../report/model';
import type { DifferenceCounts, Pair, TablePlan } from '../rows/chunk';
import { type ChunkNumber, type ChunkResult, type Header, type PlannedChunk } from './files';
import { readPart, readResult } from './read-files';
import type { ResultStore } from './result-store';

export interface SummaryDependencies {
  readonly store: ResultStore;
  /** Over sessions that end with the work. */
  readonly withPair: <Result>(work: (pair: Pair) => Promise<Result>) => Promise<Result>;
}

interface Numbered extends ChunkNumber {
  readonly planned: PlannedChunk;
}

/** Results that are read at once. */
const READS_AT_ONCE = 32;

/**
 * The results of a comparison's chunks as those of its tables: in the place of a comparison of rows. A table is equal only
 * where its chunks are all its rows, each was compared and each is equal.
 * @param failure what kept chunks from being compared. @default nothing
 */
export const collectedRows =
  (id: string, header: Header, failure: string | undefined, deps: SummaryDependencies): CompareRows =>
  async (_databases, plans) => {
    const byTable = await chunksByTable(deps.store, id, header);
    const moment = await momentOf(header, deps);
    const results: TableResult[] = [];
    for (const plan of plans) {
      const table = header.plans.findIndex(({ schema, name }) => schema === plan.schema && name === plan.name);
      const planned = header.plans[table];
      if (header.problem !== undefined) results.push(unread(plan, header.problem));
      else if (planned === undefined) results.push(unread(plan, 'it was not there when the comparison was planned'));
      else if (!isSamePlan(plan, planned)) {
        results.push(unread(plan, 'its definition has changed since the comparison was planned'));
      } else {
        const collected = await collectTable(id, header, planned, byTable.get(table) ?? [], failure, deps.store);
        results.push(
          moment.problem === undefined ? collected : { ...collected, ...unknown(collected, moment.problem) },
        );
      }
    }
    return {
      results,
      basis: [...moment.basis, ...(failure === undefined ? [] : [`Chunks were left out: ${failure}`])],
    };
  };

async function chunksByTable(store: ResultStore, id: string, { plans }: Header): Promise<Map<number, Numbered[]>> {
  const byTable = new Map<number, Numbered[]>();
  let more = plans.length > 0;
  for (let part = 0; more; part += 1) {
    const { chunks, next } = await readPart(store, id, part);
    chunks.forEach((planned, index) => {
      const chunksOfTable = byTable.get(planned.table);
      if (chunksOfTable === undefined) byTable.set(planned.table, [{ part, index, planned }]);
      else chunksOfTable.push({ part, index, planned });
    });
    more = next !== undefined;
  }
  return byTable;
}

async function collectTable(
  id: string,
  header: Header,
  plan: TablePlan,
  chunks: readonly Numbered[],
  failure: string | undefined,
  store: ResultStore,
): Promise<TableResult> {
  const { maxDifferences } = header.request;
  const gap = gapIn(chunks.map(({ planned }) => planned.chunk));
  const sum = new TableSum(maxDifferences);
  for (let start = 0; start < chunks.length; start += READS_AT_ONCE) {
    const some = chunks.slice(start, start + READS_AT_ONCE);
    (await Promise.all(some.map((chunk) => readResult(store, id, chunk)))).forEach((result) => sum.add(result));
  }
  const problem = gap ?? sum.problem(chunks.length, failure, header.request.mode);
  return {
    schema: plan.schema,
    name: plan.name,
    verdict: problem !== undefined ? 'unknown' : sum.isEqual ? 'equal' : 'different',
    ...(problem === undefined ? {} : { problem }),
    key: plan.key.map(({ name }) => name),
    method: plan.rangeKey === undefined ? 'partitions' : 'ranges',
    ...(plan.rangeKey === undefined ? {} : { rangeKey: plan.rangeKey.map(({ name }) => name) }),
    rows: sum.rows,
    chunks: chunks.length,
    rechecked: sum.rechecked,
    counts: sum.counts,
    undecided: sum.undecided,
    differences: sum.differences,
    seconds: sum.seconds,
    rowsPerSecond: sum.seconds > 0 ? Math.round(sum.rows.source / sum.seconds) : 0,
  };
}

/** What the chunks of a table come to. */
class TableSum {
  readonly rows = { source: 0, target: 0 };
  rechecked = 0;
  undecided = 0;
  /** Of work, not of waiting: batches run side by side. */
  seconds = 0;
  counts: DifferenceCounts = { missingOnTarget: 0, missingOnSource: 0, changed: 0 };
  readonly differences: ChunkResult['differences'] = [];
  /** Rows that were found in two chunks, as their range key had changed. */
  private readonly moved = new Set<string>();
  private done = 0;
  private reason: string | undefined;

  constructor(private readonly maxDifferences: number) {}

  add(result: ChunkResult | undefined): void {
    if (result === undefined) return;
    this.done += 1;
    this.rows.source += result.rows.source;
    this.rows.target += result.rows.target;
    this.rechecked += result.rechecked ? 1 : 0;
    this.undecided += result.undecided;
    this.reason ??= result.reason;
    this.seconds += result.seconds;
    const again = (result.moved ?? []).filter((key) => this.moved.has(key)).length;
    (result.moved ?? []).forEach((key) => this.moved.add(key));
    this.counts = addCounts(this.counts, { ...result.counts, changed: result.counts.changed - again });
    this.differences.push(...result.differences.slice(0, this.maxDifferences - this.differences.length));
  }

  get isEqual(): boolean {
    return this.undecided === 0 && total(this.counts) === 0;
  }

  /** Why it cannot be told; undefined: it can. */
  problem(chunks: number, failure: string | undefined, mode: 'exact' | 'live'): string | undefined {
    if (this.done < chunks) {
      return `${chunks - this.done} of ${chunks} chunks were not compared${failure === undefined ? '' : `: ${failure}`}`;
    }
    if (this.undecided > 0) return this.reason ?? `${this.undecided} rows kept changing`;
    const { missingOnTarget, missingOnSource } = this.counts;
    // At one moment it cannot be otherwise.
    if (mode === 'exact' && this.rows.source - this.rows.target !== missingOnTarget - missingOnSource) {
      return 'the numbers of rows and the rows that were found to differ contradict each other';
    }
    return undefined;
  }
}

/**
 * Whether chunks are all rows of a table, each once. They were made so: a fault there would be rows that nobody compared.
 * @returns what is wrong; undefined: nothing
 */
export function gapIn(chunks: readonly PlannedChunk['chunk'][]): string | undefined {
  const [first] = chunks;
  if (first === undefined) return 'it was not cut into chunks';
  if (first.kind === 'partition') {
    const whole =
      chunks.length === first.of &&
      chunks.every((chunk, index) => chunk.kind === 'partition' && chunk.of === first.of && chunk.index === index);
    return whole ? undefined : 'its partitions are not all of it';
  }
  const joined =
    first.after === undefined &&
    chunks.every((chunk, index) => {
      if (chunk.kind !== 'range') return false;
      const next = chunks[index + 1];
      if (next === undefined) return chunk.upTo === undefined;
      return chunk.upTo !== undefined && next.kind === 'range' && isDeepStrictEqual(next.after, chunk.upTo);
    });
  return joined ? undefined : 'its ranges do not join';
}

const unknown = ({ problem }: TableResult, reason: string): Pick<TableResult, 'verdict' | 'problem'> => ({
  verdict: 'unknown',
  problem: problem === undefined ? reason : `${problem}; ${reason}`,
});

/** In the exact mode nothing may have been written since the plan: then every chunk was read at the same moment. */
async function momentOf(
  { request, baseline, startedAt }: Header,
  { withPair }: SummaryDependencies,
): Promise<{ readonly basis: readonly string[]; readonly problem?: string }> {
  if (request.mode === 'live') {
    const settled =
      request.slot === undefined
        ? `${request.settleSeconds} s after the source was read`
        : `when the slot ${request.slot} had passed the moment at which the source was read, within ${request.settleSeconds} s`;
    return {
      basis: [
        `Chunks were read from ${startedAt} on, each at its own moment; what differed was read again ${settled}.`,
      ],
    };
  }
  const now = await withPair(async ({ source, target }) => ({
    source: await snapshotOf(source),
    target: await snapshotOf(target),
  }));
  const moved = (['source', 'target'] as const).filter((side) => now[side] !== baseline[side].snapshot);
  const basis = (['source', 'target'] as const).map(
    (side) => `On the ${side} pg_current_snapshot() was ${baseline[side].snapshot} before, and ${now[side]} after.`,
  );
  if (moved.length === 0) return { basis: [...basis, 'Nothing was written meanwhile: all chunks are of one moment.'] };
  return {
    basis,
    problem: `something was written on the ${moved.join(' and the ')} while it was compared, so that chunks are of different moments; stop what writes, or compare live`,
  };
}

async function snapshotOf(client: Pair['source']): Promise<string> {
  const { rows } = await client.query<{ snapshot: string }>('SELECT pg_current_snapshot()::text AS snapshot');
  return rows[0]?.snapshot ?? 'unknown';
}

/** Whether the same rows and columns are compared, in the same chunks; sizes and estimates may change. */
const isSamePlan = (one: TablePlan, other: TablePlan): boolean => isDeepStrictEqual(essence(one), essence(other));

const essence = ({ kind, columns, key }: TablePlan): unknown =>
  JSON.parse(JSON.stringify({ kind, columns, key })) as unknown;
