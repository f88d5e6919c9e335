import * as z from 'zod/mini';
import { baseline } from '../delta/baseline-model';
import { differenceCounts, rowDifference } from '../report/model';
import { comparisonRequest } from '../request';

/*
 * What a comparison keeps in the bucket, below `comparisons/<id>/`. Step Functions sees numbers of chunks only: what the
 * chunks are, and what was found in them, names rows by their keys.
 */

const count = z.int().check(z.nonnegative());

const comparedColumn = z.object({
  name: z.string(),
  baseType: z.string(),
  cast: z.optional(z.string()),
  printed: z.optional(z.boolean()),
});

const tablePlan = z.object({
  schema: z.string(),
  name: z.string(),
  kind: z.enum(['ordinary', 'partitioned']),
  columns: z.array(comparedColumn),
  key: z.array(comparedColumn),
  rangeKey: z.optional(z.array(comparedColumn)),
  estimatedRows: z.number(),
  bytes: z.number(),
});

const keyValues = z.array(z.string());

const chunk = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('range'), after: z.optional(keyValues), upTo: z.optional(keyValues) }),
  z.object({ kind: z.literal('partition'), index: count, of: count }),
]);

/** What holds for the whole comparison. Written once, by the first call. */
export const header = z.object({
  formatVersion: z.literal(1),
  request: comparisonRequest,
  /** What the rows' hashes depend on: 64 random bits, as a decimal number. */
  seed: z.string(),
  startedAt: z.string(),
  /** What both sides were before anything was read. */
  baseline,
  /** Why rows cannot be compared at all. @default they can */
  problem: z.optional(z.string()),
  plans: z.array(tablePlan),
});

/** A chunk of one of the header's plans. */
const plannedChunk = z.object({ table: count, chunk });

/** Where planning goes on: the table, and the end of its last range. */
const cursor = z.object({ table: count, after: z.optional(keyValues) });

/** Some chunks, in the order of tables and keys. Written once: who comes second goes on from what the first one wrote. */
export const planPart = z.object({
  chunks: z.array(plannedChunk),
  /** @default this is the last part */
  next: z.optional(cursor),
});

/** What became of a chunk, after all that was done to be sure. */
export const chunkResult = z.object({
  rows: z.object({ source: count, target: count }),
  counts: differenceCounts,
  differences: z.array(rowDifference),
  /** Rows of which it could not be told whether they differ, and why not. */
  undecided: count,
  reason: z.optional(z.string()),
  rechecked: z.boolean(),
  /** Keys of changed rows that another chunk may tell of too. */
  moved: z.optional(z.array(z.string())),
  seconds: z.number(),
});

export type Header = z.infer<typeof header>;
export type PlanPart = z.infer<typeof planPart>;
export type PlannedChunk = z.infer<typeof plannedChunk>;
export type Cursor = z.infer<typeof cursor>;
export type ChunkResult = z.infer<typeof chunkResult>;

/** Which chunk: of which part of the plan, and which of those. */
export interface ChunkNumber {
  readonly part: number;
  readonly index: number;
}

const digits = (number: number): string => String(number).padStart(6, '0');

/** Keys of the objects of one comparison. */
export const keysOf = (id: string) => ({
  header: `comparisons/${id}/comparison.json`,
  part: (number: number) => `comparisons/${id}/plan/${digits(number)}.json`,
  /** Every chunk's number, for the map. */
  chunks: `comparisons/${id}/chunks.json`,
  result: ({ part, index }: ChunkNumber) => `comparisons/${id}/results/${digits(part)}-${digits(index)}.json`,
  report: `comparisons/${id}/report.json`,
  assessment: `comparisons/${id}/assessment.json`,
});
