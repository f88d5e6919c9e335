import { compareChunk } from '../rows/compare-chunk';
import type { Chunk, ChunkComparison, Pair, TablePlan } from '../rows/chunk';
import type { Engine } from './engine';
import { describe, faultOf, TableProblem } from './faults';
import { withoutMoved } from './moved-rows';
import { isEqual, joined, type Outcome, outcomeOf, total } from './outcome';
import { settled } from './settled';
import { split } from './split';

/** How often a chunk is cut in two that takes too long, or in which too many rows differ. */
const DEPTH = 10;
/** So many rows of a chunk are looked at one by one. */
export const MAX_KEYS = 1000;

export interface Expectation {
  /** Is told that a statement takes too long for the whole chunk. */
  readonly tooLong: () => void;
  /** About how many rows a chunk has that most likely differs. @default it most likely does not */
  readonly likelyDifferent?: number;
}

/**
 * Compares a chunk until it is known what it is: in parts, where a statement takes too long for the whole.
 * @throws TableProblem, MomentLost
 */
export async function compareWhole(
  engine: Engine,
  plan: TablePlan,
  chunk: Chunk,
  era: number,
  { tooLong, likelyDifferent }: Expectation,
  depth = DEPTH,
): Promise<Outcome> {
  try {
    await engine.pacing.ready();
    const { outcome, comparison } = await compareOnce(engine, plan, chunk, era, likelyDifferent);
    if (outcome !== undefined) return outcome;
    const halves = depth > 0 ? await split(engine, plan, chunk, comparison) : undefined;
    if (halves === undefined) return tooMany(engine, comparison);
    return await both(halves);
  } catch (error) {
    if (faultOf(error) !== 'timeout' || error instanceof TableProblem) throw error;
    const halves = depth > 0 ? await split(engine, plan, chunk) : undefined;
    if (halves === undefined) throw new TableProblem(`${describe(error)}, however small the chunk`, { cause: error });
    tooLong();
    return both(halves);
  }

  async function both([first, second]: readonly [Chunk, Chunk]): Promise<Outcome> {
    const outcome = await compareWhole(engine, plan, first, era, { tooLong }, depth - 1);
    return joined(
      outcome,
      await compareWhole(engine, plan, second, era, { tooLong }, depth - 1),
      engine.maxDifferences,
    );
  }
}

interface Compared {
  readonly comparison: ChunkComparison;
  /** @default too many rows differ for looking at each */
  readonly outcome?: Outcome;
}

async function compareOnce(
  engine: Engine,
  plan: TablePlan,
  chunk: Chunk,
  era: number,
  likelyDifferent?: number,
): Promise<Compared> {
  const { seed, maxDifferences } = engine;
  const compare = (pair: Pair, limit: number) =>
    compareChunk(pair, plan, chunk, {
      seed,
      maxDifferences: limit,
      ...(likelyDifferent === undefined ? {} : { likelyDifferent }),
    });
  // What has a key is read again by it; of the rest only the counts matter before it settles.
  const listed = engine.mode === 'live' && plan.key.length > 0 ? MAX_KEYS : maxDifferences;
  const rereads = plan.rangeKey !== undefined && !isSameKey(plan);
  return engine
    .onBoth(plan, era, async (pair) => {
      const comparison = await compare(pair, listed);
      count(engine, plan, chunk, comparison);
      if (isEqual(comparison)) return { comparison, outcome: outcomeOf(comparison) };
      if (engine.mode === 'live') return { comparison };
      if (!rereads || comparison.counts.missingOnTarget + comparison.counts.missingOnSource === 0) {
        return { comparison, outcome: outcomeOf(comparison) };
      }
      const all =
        total(comparison.counts) <= comparison.differences.length ? comparison : await compare(pair, MAX_KEYS);
      if (total(all.counts) > MAX_KEYS) return { comparison };
      return { comparison, outcome: await withoutMoved(pair, plan, all, engine) };
    })
    .then(({ comparison, outcome }) => {
      if (outcome !== undefined || engine.mode === 'exact') return { comparison, outcome };
      return settled(engine, plan, chunk, comparison);
    });
}

/** Every row was read once, and where the sums differ twice more. */
function count(engine: Engine, plan: TablePlan, chunk: Chunk, comparison: ChunkComparison): void {
  const rows = Math.max(comparison.source.rows, comparison.target.rows);
  // A partition is found by reading all of the table.
  const read = chunk.kind === 'partition' ? Math.max(rows, plan.estimatedRows) : rows;
  engine.pacing.read(isEqual(comparison) ? read : 3 * read);
}

/** Rows of one key in two chunks then count as missing in the one and missing in the other: they differ either way. */
function tooMany(engine: Engine, comparison: ChunkComparison): Outcome {
  const outcome = outcomeOf(comparison, engine.mode === 'live');
  const differences = outcome.differences.slice(0, engine.maxDifferences);
  if (engine.mode === 'exact') return { ...outcome, differences };
  const counts = { missingOnTarget: 0, missingOnSource: 0, changed: 0 };
  const reason = `${total(comparison.counts)} rows of a part of the table differed, and rows kept changing: too many to look at each`;
  return { ...outcome, counts, differences: [], undecided: total(comparison.counts), reason };
}

export function isSameKey({ key, rangeKey }: TablePlan): boolean {
  return JSON.stringify(key.map(({ name }) => name)) === JSON.stringify(rangeKey?.map(({ name }) => name));
}
