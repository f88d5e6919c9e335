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

/** Says in the report's JSON schema what a field means. */
const of = <Type extends z.ZodMiniType>(type: Type, meaning: string): Type => type.check(z.describe(meaning));

export const server = of(
  z.object({
    host: z.string(),
    port: count,
    database: z.string(),
    user: of(z.string(), 'The role that read.'),
    version: of(z.string(), 'What version() says.'),
    tls: of(z.string(), 'The version of TLS, or none.'),
    systemIdentifier: of(
      z.optional(z.string()),
      'pg_control_system().system_identifier, where the role may read it: two sides with the same one come from one cluster.',
    ),
    encoding: of(z.string(), "The database's encoding."),
  }),
  'Which server and database was read, and how.',
);

export const schemaDifference = z.object({
  kind: of(z.string(), 'table, column, key, index, constraint, trigger, function, sequence, grant, owner, and so on.'),
  object: of(z.string(), 'What it is about, as payments.entries.amount.'),
  source: of(z.optional(z.string()), 'How it is defined there; absent: it is not there.'),
  target: of(z.optional(z.string()), 'How it is defined there; absent: it is not there.'),
});

export const schemaResult = z.object({
  verdict,
  problem: of(z.optional(z.string()), 'Why the schemas could not be compared.'),
  tablesCompared: count,
  differences: z.array(schemaDifference),
});

export const differenceCounts = of(
  z.object({ missingOnTarget: count, missingOnSource: count, changed: count }),
  'How many rows differ, also beyond those listed.',
);

const value = z.optional(z.nullable(z.string()));

export const rowDifference = z.object({
  kind: z.enum(['missing-on-target', 'missing-on-source', 'changed']),
  key: of(
    z.record(z.string(), z.nullable(z.string())),
    'What identifies the row: columns and values as PostgreSQL prints them, null for NULL; without a key, the whole row.',
  ),
  columns: of(
    z.optional(
      z.array(
        z.object({
          name: z.string(),
          source: of(value, 'null is NULL; absent: values were to be left out.'),
          target: of(value, 'null is NULL; absent: values were to be left out.'),
        }),
      ),
    ),
    'Of a row that changed: the columns that differ. Long values are cut, and say how long they are.',
  ),
  count: of(z.optional(count), 'Without a key: how many more of such rows one side has; absent: 1.'),
});

export const tableResult = z.object({
  schema: z.string(),
  name: z.string(),
  verdict,
  problem: of(z.optional(z.string()), 'What stood in the way, or what only one side has.'),
  key: of(z.array(z.string()), 'The columns that identify a row; empty: rows were compared as a multiset.'),
  method: of(
    z.enum(['ranges', 'partitions', 'slices', 'delta', 'none']),
    'How its rows were divided: by ranges of an index, by the hash of the key, by physical place, only what is new; none: they were not read.',
  ),
  rangeKey: of(z.optional(z.array(z.string())), 'The columns that chunks are ranges of.'),
  rows: z.object({ source: count, target: count }),
  chunks: count,
  rechecked: of(count, 'Chunks that were compared again because rows were changing.'),
  counts: differenceCounts,
  undecided: of(
    count,
    'Rows that kept changing while they were compared again: more than none makes the verdict unknown.',
  ),
  differences: of(z.array(rowDifference), 'The first differences, up to the limit that was asked for.'),
  seconds: z.number().check(z.nonnegative()),
  rowsPerSecond: of(z.number(), 'Rows of the source a second.'),
});

export const sequenceResult = z.object({
  schema: z.string(),
  name: z.string(),
  verdict,
  problem: z.optional(z.string()),
  column: of(z.optional(z.string()), 'The column that takes its values; absent: none.'),
  source: of(z.nullable(z.string()), 'Its last value there; null: not used yet, or not there.'),
  target: of(z.nullable(z.string()), 'Its last value there; null: not used yet, or not there.'),
  used: of(
    z.nullable(z.string()),
    "The furthest value that the column holds on the two sides, in the sequence's direction.",
  ),
  setval: of(z.optional(z.string()), 'The statement that makes the target safe; absent: none is needed.'),
});

export const ledgerDifference = z.object({
  check: z.string(),
  subject: of(z.string(), 'What it is about: an account, a merchant, a currency, a day, a transaction.'),
  source: z.optional(z.string()),
  target: z.optional(z.string()),
  message: z.string(),
});

export const ledgerCheck = z.object({
  name: z.string(),
  verdict,
  problem: of(z.optional(z.string()), 'Why it could not be checked.'),
  basis: of(
    z.optional(z.string()),
    'What of the ledger the verdict is about, where that is not all of it: while it changes, what is older than a moment.',
  ),
  compared: of(count, 'How many subjects were compared.'),
  differing: of(count, 'How many differ, also beyond those listed.'),
  differences: z.array(ledgerDifference),
});

export const notCompared = of(
  z.object({
    object: z.string(),
    reason: z.string(),
    asked: of(z.boolean(), 'Whether somebody asked for that; what nobody asked for makes the verdict unknown.'),
  }),
  'What of the databases was left out, and why.',
);

export const report = z.object({
  formatVersion: of(z.literal(1), 'Grows when a field changes its meaning or goes; new fields may come without.'),
  verdict: of(verdict, 'On all parts together: unknown when any is, else different when any is.'),
  reasons: of(z.array(z.string()), 'One sentence a part that is not equal; what is unknown first.'),
  mode: of(
    z.enum(['exact', 'live', 'delta']),
    'exact: one snapshot of each side; live: while replication runs; delta: only what an earlier pass had not seen.',
  ),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  source: server,
  target: server,
  basis: of(
    z.array(z.string()),
    'How the moment of reading was pinned: snapshots, positions, how long differences were given to settle.',
  ),
  schema: of(z.optional(schemaResult), 'Absent: the schemas were not compared.'),
  tables: z.array(tableResult),
  sequences: z.array(sequenceResult),
  ledger: of(z.optional(z.array(ledgerCheck)), "Absent: the ledger's tables are in neither database."),
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
