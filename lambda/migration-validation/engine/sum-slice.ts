import type { ChunkSum, TablePlan } from '../rows/chunk';
import { onBoth } from '../rows/pair';
import type { Engine } from './engine';
import { describe, faultOf, TableProblem } from './faults';
import { halvesOf, type PageRange, rangeOf, type Slice, sumPages } from './slices';

export interface SliceSums {
  readonly rows: { readonly source: number; readonly target: number };
  readonly sums: { readonly source: string; readonly target: string };
}

/** How often a slice that takes too long is cut in two. */
const DEPTH = 8;

/** What a slice holds on both sides. They are not the same rows: only all slices together can be compared. */
export async function sumSlice(engine: Engine, plan: TablePlan, slice: Slice, era: number): Promise<SliceSums> {
  await engine.pacing.ready();
  // A table in one slice is read without places, since they may not serve.
  const [source, target] = await sums(engine, plan, rangeOf(slice), era, slice.of === 1 ? 0 : DEPTH);
  engine.pacing.read(Math.max(source.rows, target.rows));
  return { rows: { source: source.rows, target: target.rows }, sums: { source: source.sum, target: target.sum } };
}

async function sums(
  engine: Engine,
  plan: TablePlan,
  range: PageRange,
  era: number,
  depth: number,
): Promise<readonly [ChunkSum, ChunkSum]> {
  try {
    return await engine.onBoth(plan, era, (pair) =>
      onBoth(pair, (client) => sumPages(client, plan, range, engine.seed)),
    );
  } catch (error) {
    if (faultOf(error) !== 'timeout') throw error;
    const halves = depth > 0 ? halvesOf(range) : undefined;
    if (halves === undefined)
      throw new TableProblem(`${describe(error)}, however small the part of the table`, { cause: error });
    const [first, second] = [
      await sums(engine, plan, halves[0], era, depth - 1),
      await sums(engine, plan, halves[1], era, depth - 1),
    ];
    return [plus(first[0], second[0]), plus(first[1], second[1])];
  }
}

const plus = (a: ChunkSum, b: ChunkSum): ChunkSum => ({
  rows: a.rows + b.rows,
  sum: (BigInt(a.sum) + BigInt(b.sum)).toString(),
});
