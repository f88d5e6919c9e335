/** What a database's system catalogs say of the schemas that are compared. Names are as PostgreSQL stores them, unquoted. */
export interface Catalog {
  readonly tables: readonly Table[];
  readonly sequences: readonly Sequence[];
  /** Functions that triggers, defaults, constraints or indexes of the tables use, and that are no part of PostgreSQL. */
  readonly functions: readonly Routine[];
  /** What holds data and is no table: foreign tables, materialized views, large objects. */
  readonly notTables: readonly NotTable[];
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
  /** Those of users, not those that make foreign keys work. */
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
}

export interface Column {
  readonly name: string;
  /** As `format_type` prints it: `numeric(12,2)`, `payments.status`. */
  readonly type: string;
  /** The type below any domain, without its modifier, in pg_catalog's short names: `int8`, `varchar`, `timestamptz`. */
  readonly baseType: string;
  /** pg_type.typtype of the base type: b base, e enum, c composite, r range, m multirange. */
  readonly typeKind: string;
  readonly nullable: boolean;
  /** The expression, also of a generated column. @default none */
  readonly default?: string;
  readonly generated: boolean;
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
}

/** Something that PostgreSQL defines in one text. */
export interface Definition {
  readonly name: string;
  /** p, u, f, c, x for constraints; `trigger` for triggers; O, D, R, A is part of the definition's text. */
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
}

export interface Sequence extends TableName {
  readonly dataType: string;
  readonly start: string;
  readonly increment: string;
  readonly min: string;
  readonly max: string;
  readonly cache: string;
  readonly cycle: boolean;
  /** What it was last set to or gave; null: not used yet. Whole numbers as text: they may pass 2^53. */
  readonly lastValue: string | null;
  /** The column that it belongs to or that takes its default from it. @default none */
  readonly column?: TableName & { readonly column: string };
  readonly identity: boolean;
}

export interface NotTable extends TableName {
  readonly kind: 'foreign table' | 'materialized view' | 'large objects';
  /** For large objects: how many. */
  readonly count?: number;
}
