import type { Chunk, ChunkComparison, TablePlan } from '../rows/chunk';
import { readRows } from '../rows/read-rows';
import { boundaryStatement } from '../rows/sql';
import type { Engine } from './engine';

/** More parts than that would each be a scan of the table for nothing. */
const MAX_PARTITIONS = 4096;

/**
 * The two halves of a chunk: together the same rows, on both sides.
 * @param comparison what is known of the chunk, if anything is
 * @returns undefined where it cannot be cut any more
 */
export async function split(
  engine: Engine,
  plan: TablePlan,
  chunk: Chunk,
  comparison?: ChunkComparison,
): Promise<readonly [Chunk, Chunk] | undefined> {
  if (chunk.kind === 'partition') {
    const of = chunk.of * 2;
    if (of > MAX_PARTITIONS) return undefined;
    return [
      { kind: 'partition', index: chunk.index, of },
      { kind: 'partition', index: chunk.index + chunk.of, of },
    ];
  }
  const rows = {
    source: comparison?.source.rows ?? engine.chunkRows,
    target: comparison?.target.rows ?? engine.chunkRows,
  };
  const roles = rows.target > rows.source ? (['target', 'source'] as const) : (['source', 'target'] as const);
  for (const role of roles) {
    // Where the number is only a guess the first half may be all there is: then less is tried.
    for (let half = Math.floor(rows[role] / 2); half > 0; half = Math.floor(half / 2)) {
      const sql = boundaryStatement(plan, chunk.after, half, chunk.upTo);
      const [row] = await engine.control[role].use((client) => readRows(client, sql, true));
      const middle = row?.map((value) => value ?? '');
      if (middle === undefined || JSON.stringify(middle) === JSON.stringify(chunk.upTo)) continue;
      return [
        { ...chunk, upTo: middle },
        { ...chunk, after: middle },
      ];
    }
  }
  return undefined;
}
