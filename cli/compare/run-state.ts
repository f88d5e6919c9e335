import { stat } from 'node:fs/promises';
import * as z from 'zod/mini';
import { type Baseline, baseline as baselineSchema } from '../../lambda/migration-validation/delta/baseline-model';
import type { EarlierPass } from '../../lambda/migration-validation/delta/choose-tables';
import { type Report, tableResult } from '../../lambda/migration-validation/report/model';
import type { StateStore } from '../../lambda/migration-validation/rows/run';
import { FileStateStore } from '../../lambda/migration-validation/state/file-state-store';

const running = z.object({ pass: z.literal('running'), baseline: baselineSchema, rows: z.unknown() });
const finished = z.object({
  pass: z.literal('finished'),
  baseline: baselineSchema,
  finishedAt: z.string(),
  results: z.array(tableResult),
});

/**
 * The state of a pass in a file: while it runs, what the comparison of the rows keeps; when it is over, what a delta pass needs.
 * With both goes the baseline, taken before any row was read.
 */
export class RunState implements StateStore {
  private baseline: Baseline | undefined;
  /** Whether the file holds a pass that is over: it stays until the new one has something to keep. */
  private over = false;

  private constructor(private readonly store: FileStateStore) {}

  /**
   * Opens the state of a pass that is to begin, or to go on. One that is over is not gone on with: its results are of another
   * time.
   */
  static async open(path: string): Promise<RunState> {
    const state = new RunState(new FileStateStore(path));
    const found = await state.store.load();
    if (finished.safeParse(found).success) state.over = true;
    else if (found !== undefined) state.baseline = requireRunning(found, path).baseline;
    return state;
  }

  get isNew(): boolean {
    return this.baseline === undefined;
  }

  begin(baseline: Baseline): void {
    this.baseline = baseline;
  }

  /** Keeps for a delta pass what this one found. */
  async finish({ finishedAt, tables }: Report): Promise<void> {
    await this.store.save({ pass: 'finished', baseline: this.baseline, finishedAt, results: tables });
  }

  async load(): Promise<unknown> {
    const found = this.over ? undefined : await this.store.load();
    return found === undefined ? undefined : running.parse(found).rows;
  }

  async save(rows: unknown): Promise<void> {
    await this.store.save({ pass: 'running', baseline: this.baseline, rows });
    this.over = false;
  }

  append(entry: unknown): Promise<void> {
    return this.store.append(entry);
  }

  entries(): AsyncIterable<unknown> {
    return this.store.entries();
  }

  async clear(): Promise<void> {
    if (!this.over) await this.store.clear();
  }
}

function requireRunning(found: unknown, path: string): z.infer<typeof running> {
  const parsed = running.safeParse(found);
  if (parsed.success) return parsed.data;
  throw new Error(`${path} must be the state of a comparison, got another file; remove it, or name another one`);
}

/**
 * Reads what a delta pass goes from.
 * @throws Error when the file is not there, or the pass is not over
 */
export async function readEarlierPass(path: string): Promise<EarlierPass> {
  await stat(path);
  const parsed = finished.safeParse(await new FileStateStore(path).load());
  if (!parsed.success) {
    throw new Error(
      `${path} must be the state of a pass that came to its end, got another; make a pass with --state first`,
    );
  }
  return { baseline: parsed.data.baseline, results: parsed.data.results };
}
