import * as z from 'zod/mini';

const wholeNumber = z.string().check(z.regex(/^-?\d+$/));

/** What is kept of a table on one side. */
const tableBaseline = z.object({
  schema: z.string(),
  name: z.string(),
  oid: z.string(),
  /** A digest of its columns and their types: while it stays the same, stored rows read as they did. */
  definition: z.string(),
  /** The cumulative statistics, of all partitions together; whole numbers as text. */
  statistics: z.object({ inserted: wholeNumber, updated: wholeNumber, deleted: wholeNumber }),
  /**
   * How many rows the snapshot sees, by how far their raw transaction id lies after the snapshot's xmin, in steps of 2^20
   * (`STEP`); -1: before it.
   * @default they were not counted
   */
  counts: z.optional(z.array(z.object({ step: z.int(), rows: z.int() }))),
});

/** One side as it was before the pass. */
const sideBaseline = z.object({
  takenAt: z.iso.datetime(),
  /** pg_current_snapshot(). */
  snapshot: z.string().check(z.regex(/^\d+:\d+:[\d,]*$/)),
  /** Whether all that the snapshot sees was on the disk: then a crash cannot give its transaction ids out again. */
  durable: z.boolean(),
  database: z.string(),
  databaseOid: z.string(),
  /** The major version. */
  version: z.int(),
  /** @default the role may not read it */
  systemIdentifier: z.optional(z.string()),
  /** @default the role may not read it */
  timeline: z.optional(z.int()),
  /** What tells whether the cumulative statistics were reset since. */
  statistics: z.object({ reset: z.nullable(z.string()), serverStart: z.string(), commits: wholeNumber }),
  tables: z.array(tableBaseline),
});

/** Both sides before a full pass. Plain data: it goes into the state of that pass. */
export const baseline = z.object({ formatVersion: z.literal(1), source: sideBaseline, target: sideBaseline });

export type Baseline = z.infer<typeof baseline>;
export type SideBaseline = z.infer<typeof sideBaseline>;
export type TableBaseline = z.infer<typeof tableBaseline>;
