import assert from 'node:assert/strict';
import { partitionChunks, rangeChunks } from '../../lambda/migration-validation/rows/boundaries';
import type {
  Chunk,
  ChunkComparison,
  Pair,
  RowDifference,
  TablePlan,
} from '../../lambda/migration-validation/rows/chunk';
import { compareChunk } from '../../lambda/migration-validation/rows/compare-chunk';
import { addCount, NO_DIFFERENCES } from '../../lambda/migration-validation/rows/merge';
import { foldMovedRows, mayMove } from './moved-rows';
import { planTable } from '../../lambda/migration-validation/rows/plan';
import type { ComparisonCase } from './cases';
import { catalogTable } from './databases';
import { truthOf } from './truth';

/**
 * Compares a case's table on two servers, chunk by chunk.
 * @throws AssertionError when something was not found, or something else was
 */
export async function checkCase(pair: Pair, item: ComparisonCase, index: number, seed: string): Promise<void> {
  const planned = planTable(catalogTable('source', item, index), catalogTable('target', item, index));
  assert.ok('plan' in planned, 'the table must be one that can be compared');
  const { plan } = planned;
  const chunks = await chunksOf(pair, plan, item);
  const { maxDifferences, fewRows } = item;
  const compared: ChunkComparison[] = [];
  for (const [at, chunk] of chunks.entries()) {
    // Every other one as if differences were expected.
    const likelyDifferent = at % 2 === 0 ? item.chunkRows : 0;
    compared.push(await compareChunk(pair, plan, chunk, { seed, maxDifferences, fewRows, likelyDifferent }));
  }
  const rows = (side: 'source' | 'target') => compared.reduce((sum, chunk) => sum + chunk[side].rows, 0);
  assert.equal(rows('source'), item.source.length, 'chunks must cover the source, and overlap nowhere');
  assert.equal(rows('target'), item.target.length, 'chunks must cover the target, and overlap nowhere');
  for (const { differences } of compared) assert.ok(differences.length <= maxDifferences);
  await checkFound(pair, plan, compared, item, seed);
}

async function chunksOf(pair: Pair, plan: TablePlan, { partitions, chunkRows }: ComparisonCase): Promise<Chunk[]> {
  if (partitions !== undefined) {
    return Array.from({ length: partitions }, (_, at) => ({ kind: 'partition', index: at, of: partitions }));
  }
  if (plan.rangeKey === undefined) return partitionChunks(plan);
  const chunks: Chunk[] = [];
  for await (const chunk of rangeChunks(pair.source, plan, chunkRows)) chunks.push(chunk);
  return chunks;
}

async function checkFound(
  pair: Pair,
  plan: TablePlan,
  compared: readonly ChunkComparison[],
  item: ComparisonCase,
  seed: string,
): Promise<void> {
  const truth = truthOf(item);
  const differences = compared.flatMap((chunk) => chunk.differences);
  const counts = compared.reduce((sum, chunk) => {
    const { missingOnTarget, missingOnSource, changed } = chunk.counts;
    const more = addCount(addCount(sum, 'missing-on-target', missingOnTarget), 'missing-on-source', missingOnSource);
    return addCount(more, 'changed', changed);
  }, NO_DIFFERENCES);
  const total = counts.changed + counts.missingOnSource + counts.missingOnTarget;
  assert.equal(
    total > 0,
    truth.differences.length > 0,
    'there must be differences where some were made, and only there',
  );
  // Halves of a row that moved can only be put together where both are known.
  if (mayMove(plan) && differences.length < total) return;
  const folded = await foldMovedRows(pair, plan, { differences, counts }, { seed });
  assert.deepEqual(folded.counts, truth.counts);
  const expected = new Set(truth.differences.map(canonical));
  for (const found of folded.differences.map(canonical)) assert.ok(expected.has(found), `must not be found: ${found}`);
  if (item.maxDifferences >= truth.differences.length) {
    assert.deepEqual(folded.differences.map(canonical).sort(), [...expected].sort());
  }
}

/** The same text for the same difference. */
function canonical({ kind, key, columns, count = 1 }: RowDifference): string {
  return JSON.stringify([kind, Object.entries(key).sort(), columns ?? [], count]);
}
