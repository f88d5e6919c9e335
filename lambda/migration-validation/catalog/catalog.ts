/** What a database's system catalogs say of the schemas that are compared. Names are as PostgreSQL stores them, unquoted. */
export interface Catalog {
  readonly tables: readonly Table[];
  readonly sequences: readonly Sequence[];
  /** Functions that triggers, defaults, constraints or indexes of the tables use, and that are no part of PostgreSQL. */
  readonly functions: readonly Routine[];
  /** The other functions of the schemas. @default none */
  readonly unusedFunctions?: readonly Routine[];
  /** What holds data and is no table: foreign tables, materialized views, large objects. */
  readonly notTables: readonly NotTable[];
  /** The server's version as a number: 140023, 160014. */
  readonly serverVersion: number;
  /** Those selected that exist. */
  readonly schemas: readonly Schema[];
  /** Those asked for that do not exist. @default none */
  readonly missingSchemas?: readonly string[];
  /** Enums, domains, composites and ranges of the selected schemas, and those that columns use from others. */
  readonly types: readonly UserType[];
  /** Every role of the server. */
  readonly roles: readonly string[];
  /** What the selection leaves out: schemas, tables and their sequences. */
  readonly excluded: readonly Excluded[];
}

/** What was left out because somebody asked for that, and what was asked. */
export interface Excluded {
  readonly object: string;
  readonly reason: string;
}

export interface Schema {
  readonly name: string;
  readonly owner: string;
  readonly grants: readonly Grant[];
}

/** A type that somebody created. */
export interface UserType extends TableName {
  readonly kind: 'enum' | 'domain' | 'composite' | 'range';
  readonly definition: string;
}

/** What names a table. */
export interface TableName {
  readonly schema: string;
  readonly name: string;
}

export interface Table extends TableName {
  /** `partitioned`: its rows are in partitions, which are not listed on their own. */
  readonly kind: 'ordinary' | 'partitioned';
  /** In the order of definition, dropped ones left out. */
  readonly columns: readonly Column[];
  /** @default no primary key */
  readonly primaryKey?: Key;
  /** Every index, the primary key's among them. */
  readonly indexes: readonly Index[];
  /** Primary key, unique, foreign key, check and exclusion constraints. */
  readonly constraints: readonly Definition[];
  /** Those of users, not those that make foreign keys work; rules too, with the type `rule`. */
  readonly triggers: readonly Definition[];
  readonly grants: readonly Grant[];
  /** The planner's estimate, of all partitions together; -1: never analyzed. */
  readonly estimatedRows: number;
  /** The heap alone, of all partitions together. */
  readonly bytes: number;
  readonly owner: string;
  readonly replicaIdentity: 'default' | 'nothing' | 'full' | 'index';
  readonly rowSecurity: boolean;
  readonly persistence: 'permanent' | 'unlogged';
  /** Whether other tables inherit from it without being its partitions: only its own rows are read then. */
  readonly hasChildren: boolean;
  /** Whether the role that read the catalog may read every column of it. @default true */
  readonly readable?: boolean;
  /** Whether row security also holds its owner. @default false */
  readonly rowSecurityForced?: boolean;
  /** Row security policies. @default none */
  readonly policies?: readonly Definition[];
  /** pg_get_partkeydef. @default it is not partitioned */
  readonly partitionKey?: string;
  /** Its partitions on every level, with their bounds. @default none */
  readonly partitions?: readonly Definition[];
  /** What its partitions have and it has not: indexes, constraints, triggers, defaults; `type` says which. @default none */
  readonly ofPartitions?: readonly Definition[];
  /** The tables that it inherits from, quoted, in their order; not of a partition. @default none */
  readonly inherits?: readonly string[];
}

export interface Column {
  readonly name: string;
  /** As `format_type` prints it: `numeric(12,2)`, `payments.status`. */
  readonly type: string;
  /** The type below any domain, without its modifier, in pg_catalog's short names: `int8`, `varchar`, `timestamptz`. */
  readonly baseType: string;
  /** pg_type.typtype of the base type: b base, e enum, c composite, r range, m multirange. */
  readonly typeKind: string;
  /** For enums: the labels in their order. @default it is none */
  readonly enumLabels?: readonly string[];
  /** Whether it can hold NULL. The domain of a column may forbid it even so. */
  readonly nullable: boolean;
  /** The expression, also of a generated column. @default none */
  readonly default?: string;
  readonly generated: boolean;
  /** Generated when it is read, not when it is written: nothing is stored (18 and later). @default false */
  readonly virtual?: boolean;
  readonly identity?: 'always' | 'by default';
  /** @default the type has none */
  readonly collation?: Collation;
  /** pg_stats.correlation: how far the physical order is the column's, -1 to 1. @default not known */
  readonly correlation?: number;
}

/** How text is ordered. `default` is resolved to the database's own. */
export interface Collation {
  /** With its schema where that is not pg_catalog; `default` for the database's. */
  readonly name: string;
  readonly provider: 'libc' | 'icu' | 'builtin';
  /** lc_collate or the ICU locale: `C`, `en_US.UTF-8`, `en-US`. */
  readonly locale: string;
  /** The library's version. @default not known, as for C */
  readonly version?: string;
  readonly deterministic: boolean;
}

export interface Key {
  readonly name: string;
  readonly columns: readonly string[];
}

export interface Index {
  readonly name: string;
  /** pg_get_indexdef without the schema of its own name. */
  readonly definition: string;
  readonly method: string;
  readonly unique: boolean;
  readonly valid: boolean;
  /** The key's columns; undefined where one is an expression. */
  readonly columns?: readonly string[];
  readonly partial: boolean;
  /** Whether every key column sorts ascending, nulls last, in the collation of its column. */
  readonly plainOrder: boolean;
  /** The constraint that it is there for. @default none */
  readonly constraint?: string;
}

/** Something that PostgreSQL defines in one text. */
export interface Definition {
  readonly name: string;
  /** p, u, f, c, x for constraints; `trigger` for triggers, with when it fires at the end of the definition. */
  readonly type: string;
  readonly definition: string;
}

export interface Grant {
  /** A role's name, or `PUBLIC`. */
  readonly grantee: string;
  readonly privilege: string;
}

export interface Routine extends TableName {
  /** With its arguments' types: `fence()`. */
  readonly signature: string;
  readonly definition: string;
  /** @default not known */
  readonly owner?: string;
  /** @default none */
  readonly grants?: readonly Grant[];
}

export interface Sequence extends TableName {
  readonly dataType: string;
  readonly start: string;
  readonly increment: string;
  readonly min: string;
  readonly max: string;
  readonly cache: string;
  readonly cycle: boolean;
  /** What it last gave; null: nothing yet, or the role may not read it (see `readable`). Whole numbers as text: they may pass 2^53. */
  readonly lastValue: string | null;
  /** The column that it belongs to or that takes its default from it. @default none */
  readonly column?: TableName & { readonly column: string };
  readonly identity: boolean;
  /** Every column that it belongs to or that takes a value from it; of a partition: the table's. @default `column` alone */
  readonly feeds?: readonly Feed[];
  /** Whether the role that read the catalog may read its state. @default true */
  readonly readable?: boolean;
  /** @default not known */
  readonly owner?: string;
  /** @default none */
  readonly grants?: readonly Grant[];
}

/** A column that gets values from a sequence. */
export interface Feed extends TableName {
  readonly column: string;
  /** Whether its default is the sequence's next value and nothing else. */
  readonly plain: boolean;
}

export interface NotTable extends TableName {
  readonly kind: 'foreign table' | 'materialized view' | 'large objects';
  /** For large objects: how many. */
  readonly count?: number;
}
