import * as z from 'zod/mini';

const name = { schema: z.string(), name: z.string() };
const column = z.object({ ...name, column: z.string() });

/** Settings as they apply to one role when it connects to this database. What hides is missing, and `unknown` says why. */
export const roleSettings = z.object({
  /** In milliseconds; 0: never. */
  idleInTransactionTimeoutMs: z.optional(z.number()),
  /** In milliseconds; 0: never. */
  walSenderTimeoutMs: z.optional(z.number()),
  /** In milliseconds; 0: without limit. */
  statementTimeoutMs: z.optional(z.number()),
  readOnly: z.optional(z.boolean()),
});

/** The server and the database, as they stand. Sizes of settings in MiB, times in milliseconds. */
export const server = z.object({
  /** When it was read, by the server's clock. */
  readAt: z.string(),
  /** `version()`. */
  version: z.string(),
  /** `140023` is 14.23. */
  versionNumber: z.number(),
  database: z.string(),
  /** The role that looked. */
  user: z.string(),
  encoding: z.string(),
  /** The database's collation. */
  collation: z.string(),
  bytes: z.number(),
  inRecovery: z.boolean(),
  /** Whether something between this client and the server answers in the server's name. */
  proxied: z.boolean(),
  walLevel: z.string(),
  maxReplicationSlots: z.number(),
  maxWalSenders: z.number(),
  maxSlotWalKeepMib: z.number(),
  maxPreparedTransactions: z.number(),
});

/** The role that DMS reads the source with. */
export const capture = z.object({
  role: z.string(),
  exists: z.boolean(),
  superuser: z.boolean(),
  replication: z.boolean(),
  bypassesRowSecurity: z.boolean(),
  /** Whether it may create tables in the control schema: its heartbeat. */
  ownsHeartbeat: z.boolean(),
  /** Tables that it may not read. */
  unreadable: z.array(z.object(name)),
  settings: roleSettings,
});

export const slot = z.object({
  name: z.string(),
  plugin: z.string(),
  type: z.string(),
  active: z.boolean(),
  walStatus: z.string(),
  /** How much WAL it holds back. */
  retainedWalMib: z.number(),
});

export const slots = z.object({ slots: z.array(slot), walSenders: z.number() });

export const activity = z.object({
  /** Transactions that have been open for longer than the limit. */
  longTransactions: z.array(z.object({ pid: z.number(), user: z.string(), state: z.string(), seconds: z.number() })),
  /** Sessions whose transactions this role may not see. */
  hiddenSessions: z.number(),
  preparedTransactions: z.array(z.object({ gid: z.string(), owner: z.string(), seconds: z.number() })),
});

export const extension = z.object({ name: z.string(), version: z.string() });

export const table = z.object({
  ...name,
  kind: z.enum(['ordinary', 'partitioned', 'partition', 'foreign']),
  persistence: z.enum(['permanent', 'unlogged']),
  owner: z.string(),
  /** Empty: none. */
  primaryKey: z.array(z.string()),
  replicaIdentity: z.enum(['default', 'nothing', 'full', 'index']),
  rowSecurity: z.boolean(),
  forcedRowSecurity: z.boolean(),
  /** Whether other tables inherit from it without being its partitions. */
  hasChildren: z.boolean(),
  /** The planner's estimate; -1: never analyzed. */
  estimatedRows: z.number(),
  /** Heap and TOAST. */
  bytes: z.number(),
  indexBytes: z.number(),
  /** Whether this role may read it. */
  readable: z.boolean(),
});

export const columnFact = z.object({
  ...column.shape,
  /** As `format_type` prints it. */
  type: z.string(),
  /** The type below any domain, of pg_catalog as `format_type` prints it, else its bare name: `citext`, `status`. */
  baseType: z.string(),
  /** pg_type.typtype of it: b base, e enum, c composite, r range, m multirange. */
  kind: z.string(),
  /** Whether the type is PostgreSQL's own. */
  builtIn: z.boolean(),
  generated: z.boolean(),
  identity: z.optional(z.enum(['always', 'by default'])),
  /** provider, locale, version: what decides the order. @default the type has none */
  collation: z.optional(z.object({ name: z.string(), provider: z.string(), locale: z.string(), version: z.string() })),
  /** Whether a primary key or unique index holds it. */
  unique: z.boolean(),
  inPrimaryKey: z.boolean(),
});

/** What reading a table's rows said of a column. */
export const measurement = z.object({
  ...column.shape,
  /** For what DMS handles as LOB: the longest value's bytes. */
  longestBytes: z.optional(z.number()),
  /** For what DMS handles as LOB: the least LobMaxSize that copies it whole, in KiB. */
  lobSizeKib: z.optional(z.number()),
  /** For dates and times: whether a value is infinite. */
  infinite: z.optional(z.boolean()),
  /** Why it was not measured: the table is too large, or reading it failed, which `unknown` says. @default it was */
  skipped: z.optional(z.enum(['size', 'error'])),
});

/** What else is in the schemas, or belongs to the database. */
export const objects = z.object({
  sequences: z.array(z.object({ ...name, lastValue: z.nullable(z.string()), identity: z.boolean() })),
  /** Users' triggers that are enabled: `O` in ordinary sessions, `R` in replica sessions, `A` in all. */
  triggers: z.array(z.object({ ...name, table: z.string(), enabled: z.string(), function: z.string() })),
  foreignKeys: z.array(z.object({ ...name, table: z.string() })),
  rules: z.array(z.object({ ...name, table: z.string() })),
  eventTriggers: z.array(z.object({ name: z.string(), enabled: z.string() })),
  materializedViews: z.array(z.object(name)),
  /** Unique indexes over an expression with coalesce(). */
  coalesceIndexes: z.array(z.object({ ...name, table: z.string() })),
  /** Large objects; counted up to a million. */
  largeObjects: z.number(),
  publications: z.array(
    z.object({ name: z.string(), leavesOut: z.array(z.string()), writerEpoch: z.boolean(), allTables: z.boolean() }),
  ),
  subscriptions: z.array(z.string()),
  /** Tables named as DMS names its own, outside its schema; and what is in its schema and not DMS's. */
  dmsTables: z.array(z.object(name)),
  strangersInControlSchema: z.array(z.object(name)),
  /** Btree indexes whose order does not hang on a collation, by table: whether ranges of rows can be compared. */
  rangeable: z.array(z.object(name)),
  /** Indexes beside the primary key. */
  secondaryIndexes: z.array(z.object({ ...name, table: z.string() })),
  /** The schemas that hold a writer_epoch. */
  writerEpochs: z.array(z.string()),
});

/** A role that applications use. */
export const applicationRole = z.object({
  role: z.string(),
  superuser: z.boolean(),
  createsRoles: z.boolean(),
  /** Tables and schemas that it owns itself. */
  owns: z.array(z.string()),
  /** Owners of tables, schemas or functions that it may act as. */
  actsAs: z.array(z.string()),
  /** Powerful roles that it is a member of. */
  memberOf: z.array(z.string()),
  /** What it may do to writer_epoch beyond reading, as `INSERT ON payments.writer_epoch`. */
  writerEpochRights: z.array(z.string()),
  /** Whether its sessions run, or may be made to run, as replica, past the fence. */
  runsAsReplica: z.boolean(),
});

export const roles = z.object({
  asked: z.array(z.string()),
  missing: z.array(z.string()),
  found: z.array(applicationRole),
  /** Roles that sign in and may write to the tables. */
  candidates: z.array(z.string()),
});

/** The ledger's tables. */
export const ledger = z.object({
  present: z.boolean(),
  /** Whether the database refuses a second booking of one request. Without it traffic may only go from 0 to 100. */
  uniqueRequest: z.boolean(),
  balanceCheck: z.boolean(),
});

export const target = z.object({
  server,
  availableExtensions: z.array(extension),
  tables: z.array(table),
  columns: z.array(columnFact),
  objects,
  /** The role that DMS writes with. */
  apply: z.object({
    role: z.string(),
    exists: z.boolean(),
    /** Whether its sessions run as replica: fence, triggers and foreign keys let it through. */
    exempt: z.boolean(),
    readOnly: z.optional(z.boolean()),
  }),
});

/** Everything that was read. A part that could not be read is missing, and `unknown` says why. */
export const facts = z.object({
  selection: z.object({ schemas: z.optional(z.array(z.string())), excludeTables: z.array(z.string()) }),
  server: z.optional(server),
  capture: z.optional(capture),
  slots: z.optional(slots),
  activity: z.optional(activity),
  extensions: z.optional(z.array(extension)),
  tables: z.optional(z.array(table)),
  columns: z.optional(z.array(columnFact)),
  measurements: z.optional(z.array(measurement)),
  objects: z.optional(objects),
  roles: z.optional(roles),
  ledger: z.optional(ledger),
  target: z.optional(target),
});

export type RoleSettings = z.infer<typeof roleSettings>;
export type ServerFacts = z.infer<typeof server>;
export type CaptureFacts = z.infer<typeof capture>;
export type SlotFacts = z.infer<typeof slots>;
export type ActivityFacts = z.infer<typeof activity>;
export type ExtensionFact = z.infer<typeof extension>;
export type TableFact = z.infer<typeof table>;
export type ColumnFact = z.infer<typeof columnFact>;
export type Measurement = z.infer<typeof measurement>;
export type ObjectFacts = z.infer<typeof objects>;
export type RoleFacts = z.infer<typeof roles>;
export type ApplicationRole = z.infer<typeof applicationRole>;
export type LedgerFacts = z.infer<typeof ledger>;
export type TargetFacts = z.infer<typeof target>;
export type Facts = z.infer<typeof facts>;
