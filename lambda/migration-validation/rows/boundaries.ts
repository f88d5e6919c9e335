import type { Client } from 'pg';
import type { Chunk, KeyValues, TablePlan } from './chunk';
import { readRows } from './read-rows';
import { boundaryStatement } from './sql';

/**
 * Cuts a table into ranges of about so many rows, by walking along the index of its range key in short statements.
 *
 * Each range begins where the one before it ended, the first has no beginning and the last no end: together they are all
 * rows that either side has or will have, each in one range, whatever is inserted and deleted meanwhile. Rows with equal
 * range keys are in one range, however many they are.
 * @param client the source's
 * @param start where an earlier walk stood: the end of its last range. Undefined: at the beginning of the table
 * @throws Error where the table has no range key
 */
export async function* rangeChunks(
  client: Client,
  plan: TablePlan,
  chunkRows: number,
  start?: KeyValues,
): AsyncGenerator<Chunk> {
  let after = start;
  for (;;) {
    const [row] = await readRows(client, boundaryStatement(plan, after, chunkRows), true);
    const upTo = row?.map((value) => value ?? '');
    yield { kind: 'range', ...(after === undefined ? {} : { after }), ...(upTo === undefined ? {} : { upTo }) };
    if (upTo === undefined) return;
    after = upTo;
  }
}

/** Cuts a table by the hashes of its keys, or of its rows where there is no key. Each part is a scan of the whole table. */
export function partitionChunks({ estimatedRows }: TablePlan): Chunk[] {
  const of = Math.min(Math.max(Math.ceil(estimatedRows / ROWS_IN_PARTITION), 1), MAX_PARTITIONS);
  return Array.from({ length: of }, (_, index) => ({ kind: 'partition', index, of }));
}

const ROWS_IN_PARTITION = 2_000_000;
const MAX_PARTITIONS = 64;
