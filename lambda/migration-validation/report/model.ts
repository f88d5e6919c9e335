import * as z from 'zod/mini';

/**
 * What a part of the comparison found. `unknown`: it could not tell, because something was not compared; it outranks
 * `different`, and nothing that is unknown is ever called equal.
 */
export const verdict = z.enum(['equal', 'different', 'unknown']);

export type Verdict = z.infer<typeof verdict>;

/** The verdict on all parts together. */
export const worst = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.includes('unknown') ? 'unknown' : verdicts.includes('different') ? 'different' : 'equal';

const count = z.int().check(z.nonnegative());
const seconds = z.number().check(z.nonnegative());

/** Which server and database was read, and how. */
export const server = z.object({
  host: z.string(),
  port: count,
  database: z.string(),
  user: z.string(),
  /** `version()`. */
  version: z.string(),
  /** The TLS version, or `none`. */
  tls: z.string(),
  /** pg_control_system().system_identifier where the role may read it: two sides with the same one are one cluster. */
  systemIdentifier: z.optional(z.string()),
  encoding: z.string(),
});

export const schemaDifference = z.object({
  /** `table`, `column`, `key`, `index`, `constraint`, `trigger`, `function`, `sequence`, `grant`, `row security`, `owner`, … */
  kind: z.string(),
  /** What it is about: `payments.entries.amount`. */
  object: z.string(),
  /** @default it is not there */
  source: z.optional(z.string()),
  /** @default it is not there */
  target: z.optional(z.string()),
});

export const schemaResult = z.object({
  verdict,
  /** @default none: the schemas were compared */
  problem: z.optional(z.string()),
  tablesCompared: count,
  differences: z.array(schemaDifference),
});

export const differenceCounts = z.object({ missingOnTarget: count, missingOnSource: count, changed: count });

export const rowDifference = z.object({
  kind: z.enum(['missing-on-target', 'missing-on-source', 'changed']),
  key: z.record(z.string(), z.nullable(z.string())),
  columns: z.optional(
    z.array(z.object({ name: z.string(), source: z.nullable(z.string()), target: z.nullable(z.string()) })),
  ),
  count: z.optional(count),
});

export const tableResult = z.object({
  schema: z.string(),
  name: z.string(),
  verdict,
  /** What stood in the way, for `unknown`. */
  problem: z.optional(z.string()),
  /** The columns that identify a row; empty: rows were compared as a multiset. */
  key: z.array(z.string()),
  method: z.enum(['ranges', 'partitions', 'slices', 'delta', 'none']),
  /** The columns that chunks are ranges of. */
  rangeKey: z.optional(z.array(z.string())),
  rows: z.object({ source: count, target: count }),
  chunks: count,
  /** Chunks that were compared again because rows were changing. */
  rechecked: count,
  counts: differenceCounts,
  /** Rows that kept changing while they were compared again: part of `unknown`. */
  undecided: count,
  /** The first differences, up to the limit. */
  differences: z.array(rowDifference),
  seconds,
  /** Rows of the source a second. */
  rowsPerSecond: z.number(),
});

export const sequenceResult = z.object({
  schema: z.string(),
  name: z.string(),
  verdict,
  problem: z.optional(z.string()),
  /** @default it belongs to no column */
  column: z.optional(z.string()),
  source: z.nullable(z.string()),
  target: z.nullable(z.string()),
  /** The furthest value that the column holds on the two sides, in the sequence's direction. */
  used: z.nullable(z.string()),
  /** `SELECT setval(…)` that makes the target safe. @default none needed */
  setval: z.optional(z.string()),
});

export const ledgerDifference = z.object({
  /** Which check. */
  check: z.string(),
  /** What it is about: an account, a merchant, a currency, a day, a transaction. */
  subject: z.string(),
  source: z.optional(z.string()),
  target: z.optional(z.string()),
  message: z.string(),
});

export const ledgerCheck = z.object({
  name: z.string(),
  verdict,
  problem: z.optional(z.string()),
  /** What of the ledger the verdict is about, where that is not all of it: while it changes, what is older than a moment. */
  basis: z.optional(z.string()),
  /** How many subjects were compared. */
  compared: count,
  /** How many differ, also beyond those listed. */
  differing: count,
  differences: z.array(ledgerDifference),
});

/** What of the databases was left out, and why. */
export const notCompared = z.object({
  object: z.string(),
  reason: z.string(),
  /** Whether somebody asked for that; what nobody asked for makes the verdict `unknown`. */
  asked: z.boolean(),
});

export const report = z.object({
  formatVersion: z.literal(1),
  verdict,
  /** Why, one sentence a part that is not equal. */
  reasons: z.array(z.string()),
  mode: z.enum(['exact', 'live', 'delta']),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  source: server,
  target: server,
  /** How the moment of reading was pinned: snapshots, positions, how long differences were given to settle. */
  basis: z.array(z.string()),
  schema: z.optional(schemaResult),
  tables: z.array(tableResult),
  sequences: z.array(sequenceResult),
  /** @default the ledger's tables are in neither database */
  ledger: z.optional(z.array(ledgerCheck)),
  notCompared: z.array(notCompared),
});

export type ServerIdentity = z.infer<typeof server>;
export type SchemaDifference = z.infer<typeof schemaDifference>;
export type SchemaResult = z.infer<typeof schemaResult>;
export type TableResult = z.infer<typeof tableResult>;
export type SequenceResult = z.infer<typeof sequenceResult>;
export type LedgerCheck = z.infer<typeof ledgerCheck>;
export type LedgerDifference = z.infer<typeof ledgerDifference>;
export type NotCompared = z.infer<typeof notCompared>;
export type Report = z.infer<typeof report>;
