import { setTimeout as sleep } from 'node:timers/promises';
import type { TableResult } from '../report/model';
import type { Chunk, KeyValues, TablePlan } from '../rows/chunk';
import { partitionChunks } from '../rows/boundaries';
import { keyOf, keyText } from '../rows/compare-keys';
import { readRows } from '../rows/read-rows';
import { boundaryStatement } from '../rows/sql';
import type { Engine } from './engine';
import { describe, MomentLost, ServerLost, TableProblem } from './faults';
import { forEachOf } from './lanes';
import { mayHaveMoved, movedKeysProblem, readWalkBegin, STATISTICS_MS, type WalkBegin } from './moved-keys';
import { type Outcome, total } from './outcome';
import type { Numbered, TableProgress } from './progress';
import { pagesOf, type Slice, slicesOf } from './slices';
import { rereadingOf } from './settled';
import { tableText } from './state';
import { compareWhole } from './compare-chunk';
import { sumSlice } from './sum-slice';

/** How often a table begins again because the moment that it was read at was lost. */
const RESTARTS = 3;
/** A slice costs one statement, and nothing is looked for in it: it may be larger than a chunk. */
const CHUNKS_IN_SLICE = 4;

/** So many chunks after one that differs are divided before they are summed, as they are likely to differ too. */
const EXPECTED_TO_DIFFER = 8;
/** Chunks are not larger there: what differs is found the sooner. */
const ROWS_WHERE_DIFFERENT = 10_000;

/**
 * Compares one table to its end.
 * @throws the signal's reason; everything else is in the result
 */
export async function compareTable(engine: Engine, plan: TablePlan, progress: TableProgress): Promise<TableResult> {
  if (progress.result !== undefined) {
    engine.observer?.tableStarted(plan, progress.result.chunks);
    engine.observer?.chunkDone(plan, progress.result.rows.source, progress.result.verdict === 'equal');
    engine.observer?.tableDone(progress.result);
    return progress.result;
  }
  const comparison = new TableComparison(engine, plan, progress);
  const result = await comparison.run();
  engine.observer?.tableDone(result);
  return result;
}

class TableComparison {
  private readonly table: string;
  private readonly startedAt = performance.now();
  private undecided = 0;
  private reasons = new Set<string>();
  /** Fewer after a statement took too long. */
  private chunkRows: number;
  /** Where a chunk differs so do others, as a rule. */
  private expectedToDiffer = 0;

  constructor(
    private readonly engine: Engine,
    private readonly plan: TablePlan,
    private readonly progress: TableProgress,
  ) {
    this.table = tableText(plan);
    this.chunkRows = engine.chunkRows;
  }

  async run(): Promise<TableResult> {
    const { engine, plan, progress } = this;
    engine.observer?.tableStarted(plan, Math.max(1, Math.ceil(plan.estimatedRows / this.chunkRows)));
    if (progress.rows.source > 0) engine.observer?.chunkDone(plan, progress.rows.source, total(progress.counts) === 0);
    const problem = await this.problem();
    const result = this.result(problem);
    // What could not be told is tried again by whoever goes on.
    if (result.verdict !== 'unknown') await engine.append({ kind: 'done', table: this.table, result });
    return result;
  }

  /** @returns why the table could not be compared to its end */
  private async problem(): Promise<string | undefined> {
    for (let restarts = 0; ; restarts += 1) {
      try {
        await this.pass();
        return undefined;
      } catch (error) {
        this.engine.signal?.throwIfAborted();
        if (error instanceof MomentLost && restarts < RESTARTS) {
          this.progress.reset();
          this.undecided = 0;
          this.reasons.clear();
          continue;
        }
        if (error instanceof ServerLost) this.engine.lost = error;
        return describe(error);
      }
    }
  }

  private async pass(): Promise<void> {
    const { engine, plan, progress } = this;
    const hopeless = engine.refused ?? engine.lost;
    if (hopeless !== undefined) throw new TableProblem(hopeless.message);
    const reading = engine.reading();
    reading.check(plan);
    const rangeKey = plan.rangeKey?.map(({ name }) => name);
    // Parts of other ranges do not fit these.
    if (progress.begun && JSON.stringify(progress.rangeKey) !== JSON.stringify(rangeKey)) progress.reset();
    if (!progress.begun) {
      progress.begun = true;
      progress.rangeKey = rangeKey;
      progress.walk = this.walks ? await this.walkBegin() : undefined;
      await engine.append({
        kind: 'begin',
        table: this.table,
        ...(rangeKey === undefined ? {} : { rangeKey }),
        ...(progress.walk === undefined ? {} : { walk: progress.walk }),
      });
    }
    const sliced = rangeKey === undefined && engine.mode === 'exact';
    if (sliced) await this.forEach(this.slices(), (item) => this.slice(item, reading.era));
    if (!sliced || !this.isEqualSoFar()) {
      const chunks = rangeKey === undefined ? this.partitions() : this.ranges();
      await this.forEach(chunks, (item) => this.chunk(item, reading.era));
      if (sliced && total(progress.counts) === 0 && this.undecided === 0) {
        throw new TableProblem('the sums over the table differ, but no row was found that does');
      }
    }
    await engine.stillHeld(reading.era);
    if (this.walks) await this.refuseMoved();
  }

  /** Range by range while rows change: then a row may move from one that is to be read to one that was. */
  private get walks(): boolean {
    return this.engine.mode === 'live' && this.plan.rangeKey !== undefined;
  }

  private walkBegin(): Promise<WalkBegin> {
    return this.engine.onSide(this.plan, 'source', (client) => readWalkBegin(client, this.plan));
  }

  private async refuseMoved(): Promise<void> {
    const { engine, plan, progress } = this;
    if (progress.walk === undefined) throw new TableProblem('it is not known when its comparison began');
    let now = await this.walkBegin();
    if (now.snapshot === progress.walk.snapshot) return;
    if (!mayHaveMoved(progress.walk, now)) {
      await sleep(STATISTICS_MS, undefined, { signal: engine.signal });
      now = await this.walkBegin();
    }
    if (!mayHaveMoved(progress.walk, now)) return;
    const known = new Set(progress.differences.map((difference) => keyText(keyOf(plan, difference))));
    const problem = await movedKeysProblem(rereadingOf(engine, plan), plan, progress.walk, {
      known,
      rounds: engine.maxRechecks,
    });
    if (problem !== undefined) throw new TableProblem(problem);
  }

  private isEqualSoFar(): boolean {
    const { rows, sums } = this.progress;
    return rows.source === rows.target && sums.source === sums.target;
  }

  /** One more than there are connections, so that none is idle while a state is written. */
  private forEach<T>(items: AsyncIterable<T> | Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
    return forEachOf(items, this.engine.parallel + 1, work);
  }

  private async chunk({ from, to, part }: Numbered<Chunk>, era: number): Promise<void> {
    const outcome = await compareWhole(this.engine, this.plan, part, era, {
      tooLong: () => {
        this.chunkRows = Math.max(1, Math.ceil(this.chunkRows / 2));
      },
      ...(this.expectedToDiffer > 0 ? { likelyDifferent: this.rowsNow } : {}),
    });
    this.expectedToDiffer = total(outcome.counts) > 0 ? EXPECTED_TO_DIFFER : Math.max(0, this.expectedToDiffer - 1);
    await this.keep({ from, to, part }, outcome);
  }

  private async slice({ from, to, part }: Numbered<Slice>, era: number): Promise<void> {
    const { rows, sums } = await sumSlice(this.engine, this.plan, part, era);
    const counts = { missingOnTarget: 0, missingOnSource: 0, changed: 0 };
    await this.keep({ from, to, part }, { rows, counts, differences: [], undecided: 0, rechecked: false }, sums);
  }

  private async keep(
    { from, to, part }: Numbered<Chunk | Slice>,
    outcome: Outcome,
    sums?: { readonly source: string; readonly target: string },
  ): Promise<void> {
    const { rows, counts, differences, rechecked, moved } = outcome;
    const entry = this.progress.addPart({
      kind: 'part',
      table: this.table,
      ...{ from, to, part, rows, counts, rechecked, ...(sums === undefined ? {} : { sums }) },
      differences: differences.map((row) => ({
        ...row,
        key: { ...row.key },
        columns: row.columns?.map((column) => ({ ...column })),
      })),
      ...(moved === undefined || moved.length === 0 ? {} : { moved: [...moved] }),
    });
    this.undecided += outcome.undecided;
    if (outcome.reason !== undefined) this.reasons.add(outcome.reason);
    // What is undecided is not done: whoever goes on compares it again.
    if (outcome.undecided === 0) await this.engine.append(entry);
    this.engine.observer?.chunkDone(this.plan, rows.source, total(counts) === 0 && outcome.undecided === 0);
  }

  /** What an earlier run left out, then the rest, as far as the index goes. */
  private async *ranges(): AsyncGenerator<Numbered<Chunk>> {
    const { gaps, open } = this.progress.chunks.ranges();
    yield* gaps;
    if (open === undefined) return;
    let { from, after } = open;
    for (;;) {
      const upTo = await this.boundary(after);
      const part = {
        kind: 'range' as const,
        ...(after === undefined ? {} : { after }),
        ...(upTo === undefined ? {} : { upTo }),
      };
      yield { from, to: from, part };
      if (upTo === undefined) return;
      from += 1;
      after = upTo;
    }
  }

  private get rowsNow(): number {
    return this.expectedToDiffer > 0 ? Math.min(this.chunkRows, ROWS_WHERE_DIFFERENT) : this.chunkRows;
  }

  private async boundary(after: KeyValues | undefined): Promise<KeyValues | undefined> {
    const sql = boundaryStatement(this.plan, after, this.rowsNow);
    const [row] = await this.engine.control.source.use((client) => readRows(client, sql, true));
    return row?.map((value) => value ?? '');
  }

  private *partitions(): Generator<Numbered<Chunk>> {
    const { chunks, partitions } = this.progress;
    const all: Chunk[] =
      partitions === undefined
        ? partitionChunks(this.plan)
        : Array.from({ length: partitions }, (_, index) => ({ kind: 'partition', index, of: partitions }));
    for (const [index, part] of all.entries()) if (!chunks.has(index)) yield { from: index, to: index, part };
  }

  private async *slices(): AsyncGenerator<Numbered<Slice>> {
    const { control } = this.engine;
    let sliced = this.progress.sliced;
    if (sliced === undefined) {
      const [source, target] = await Promise.all(
        [control.source, control.target].map((side) => side.use((client) => pagesOf(client, this.plan))),
      );
      sliced = slicesOf(this.plan, { source, target }, this.chunkRows * CHUNKS_IN_SLICE);
    }
    for (let index = 0; index < sliced.of; index += 1) {
      const part = { kind: 'slice' as const, index, ...sliced };
      if (!this.progress.slices.has(index)) yield { from: index, to: index, part };
    }
  }

  private result(problem: string | undefined): TableResult {
    const { plan, progress, undecided } = this;
    const reasons = [...(problem === undefined ? [] : [problem]), ...this.reasons];
    const seconds = (performance.now() - this.startedAt) / 1000;
    const { counts, rows } = progress;
    const sliced = this.engine.mode === 'exact' && plan.rangeKey === undefined;
    // At one moment it cannot be otherwise.
    const adds = rows.source - rows.target === counts.missingOnTarget - counts.missingOnSource;
    if (this.engine.mode === 'exact' && undecided === 0 && problem === undefined && !adds) {
      reasons.push('the numbers of rows and the rows that were found to differ contradict each other');
    }
    return {
      schema: plan.schema,
      name: plan.name,
      verdict: reasons.length > 0 || undecided > 0 ? 'unknown' : total(counts) > 0 ? 'different' : 'equal',
      ...(reasons.length > 0 ? { problem: reasons.join('; ') } : {}),
      key: plan.key.map(({ name }) => name),
      method: sliced ? 'slices' : plan.rangeKey === undefined ? 'partitions' : 'ranges',
      ...(plan.rangeKey === undefined ? {} : { rangeKey: plan.rangeKey.map(({ name }) => name) }),
      rows: { ...rows },
      chunks: progress.parts,
      rechecked: progress.rechecked,
      counts,
      undecided,
      differences: progress.differences,
      seconds,
      rowsPerSecond: seconds > 0 ? rows.source / seconds : 0,
    };
  }
}
