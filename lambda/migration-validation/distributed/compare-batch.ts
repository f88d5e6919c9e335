import { ExplainedError } from '../../shared/runtime/error-fields';
import { total } from '../engine/outcome';
import type { RowDifference, TablePlan } from '../rows/chunk';
import type { ChunkComparer } from './chunk-comparer';
import { OutOfTime } from './deadline';
import { type ChunkNumber, type ChunkResult, type Header, keysOf, type PlanPart } from './files';
import { readPart, readResult, requireHeader } from './read-files';
import type { ResultStore } from './result-store';

export interface BatchDependencies {
  readonly store: ResultStore;
  readonly openComparer: (header: Header) => ChunkComparer;
  /** What to tell a person of an error of a database: no values of rows. */
  readonly explain: (error: unknown) => string;
}

/** What the state machine is told. */
export interface BatchResult {
  readonly chunks: number;
  /** How many of them are not equal. */
  readonly different: number;
}

/** A chunk could not be compared. */
export class ChunkFailed extends ExplainedError {
  override readonly name = 'ChunkFailed';
}

/**
 * Compares the chunks of a batch, in order, and keeps what became of each under its own number: what an earlier try has
 * compared is not compared again.
 * @throws ChunkFailed, OutOfTime when one could not be compared: nothing of that is tolerated
 */
export async function compareBatch(
  { id, chunks }: { readonly id: string; readonly chunks: readonly ChunkNumber[] },
  deps: BatchDependencies,
): Promise<BatchResult> {
  const { store } = deps;
  const header = await requireHeader(store, id);
  const parts = new Map<number, PlanPart>();
  const comparer = deps.openComparer(header);
  let different = 0;
  try {
    for (const number of chunks) {
      const part = parts.get(number.part) ?? (await readPart(store, id, number.part));
      parts.set(number.part, part);
      const done = await readResult(store, id, number);
      const result = done ?? (await compareOne(comparer, header, part, number, deps));
      if (done === undefined) await store.write(keysOf(id).result(number), result);
      if (result.undecided > 0 || total(result.counts) > 0) different += 1;
    }
  } finally {
    comparer.close();
  }
  return { chunks: chunks.length, different };
}

async function compareOne(
  comparer: ChunkComparer,
  header: Header,
  part: PlanPart,
  number: ChunkNumber,
  { explain }: BatchDependencies,
): Promise<ChunkResult> {
  const planned = part.chunks[number.index];
  const plan = planned === undefined ? undefined : header.plans[planned.table];
  if (planned === undefined || plan === undefined) {
    throw new ChunkFailed(`chunk ${number.index} of part ${number.part} must be in the plan, got none`);
  }
  const started = performance.now();
  try {
    const { moved, differences, rows, counts, ...outcome } = await comparer.compare(plan, planned.chunk);
    return {
      ...outcome,
      rows: { ...rows },
      counts: { ...counts },
      differences: differences.map((row) => shown(row, plan, header.request.values)),
      ...(moved === undefined ? {} : { moved: [...moved] }),
      seconds: (performance.now() - started) / 1000,
    };
  } catch (error) {
    if (error instanceof OutOfTime) throw error;
    const what = `chunk ${number.index} of part ${number.part}, of ${plan.schema}.${plan.name},`;
    throw new ChunkFailed(`${what} could not be compared: ${explain(error)}`, { cause: error });
  }
}

/**
 * What is written of a row that differs.
 * @param values false leaves out what the row holds: its key alone stays. Where there is no key, nothing does
 */
function shown(
  { columns, key, ...rest }: RowDifference,
  plan: TablePlan,
  values: boolean,
): ChunkResult['differences'][number] {
  return {
    ...rest,
    key: values || plan.key.length > 0 ? { ...key } : {},
    ...(columns === undefined
      ? {}
      : { columns: columns.map((column) => (values ? { ...column } : { name: column.name })) }),
  };
}
