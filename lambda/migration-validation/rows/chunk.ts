import type { Client } from 'pg';
import type { TableName } from '../catalog/catalog';

/** A key's values as PostgreSQL prints them, in the order of the key's columns. No key column is ever null. */
export type KeyValues = readonly string[];

/**
 * A part of a table that both sides can be asked for in the same words.
 * - `range`: rows whose key lies after one and up to another; without a bound: from the first, to the last.
 * - `partition`: rows whose key's hash, modulo `of`, is `index`; all rows of the table where `of` is 1.
 */
export type Chunk =
  | { readonly kind: 'range'; readonly after?: KeyValues; readonly upTo?: KeyValues }
  | { readonly kind: 'partition'; readonly index: number; readonly of: number };

/** A column that is compared. */
export interface ComparedColumn {
  readonly name: string;
  /** pg_catalog's name of the base type on the source. */
  readonly baseType: string;
  /** What its values are cast to where they are compared, quoted and with the schema. @default the base type of pg_catalog */
  readonly cast?: string;
  /** Whether its values are told apart by their texts alone, as the sides' types have no common operators. @default false */
  readonly printed?: boolean;
}

/** How a table's rows are compared. Made from both catalogs; the same for both sides. Plain data: it goes into files. */
export interface TablePlan extends TableName {
  readonly kind: 'ordinary' | 'partitioned';
  /** The columns that both sides have, in one order. */
  readonly columns: readonly ComparedColumn[];
  /**
   * What identifies a row, from a primary key, or a unique index without nullable columns, that both sides have.
   * Empty: nothing does; rows are compared as a multiset.
   */
  readonly key: readonly ComparedColumn[];
  /**
   * What chunks are ranges of: the key, or another index of both sides whose order is the physical one.
   * @default the key cannot be cut into ranges, chunks are partitions
   */
  readonly rangeKey?: readonly ComparedColumn[];
  /** The estimate of the source. */
  readonly estimatedRows: number;
  readonly bytes: number;
}

/** Rows that differ. */
export interface RowDifference {
  readonly kind: 'missing-on-target' | 'missing-on-source' | 'changed';
  /** The key's columns and whole values; without a key, all columns of the row (values may be null, long ones are cut). */
  readonly key: Readonly<Record<string, string | null>>;
  /** For `changed`: the columns that differ. Long values are cut. */
  readonly columns?: readonly {
    readonly name: string;
    readonly source: string | null;
    readonly target: string | null;
  }[];
  /** Without a key: how many more of such rows one side has. @default 1 */
  readonly count?: number;
}

/** What a chunk is on one side. */
export interface ChunkSum {
  readonly rows: number;
  /** The sum of the rows' hashes, a whole number as text. */
  readonly sum: string;
}

/** What comparing a chunk found. */
export interface ChunkComparison {
  readonly source: ChunkSum;
  readonly target: ChunkSum;
  /** Every differing row, up to the limit that was asked for; empty when the chunk is equal. */
  readonly differences: readonly RowDifference[];
  /** How many there are of each kind, also beyond the limit. */
  readonly counts: DifferenceCounts;
}

export interface DifferenceCounts {
  readonly missingOnTarget: number;
  readonly missingOnSource: number;
  readonly changed: number;
}

/** The two connections that a chunk is compared over. Whoever calls decides about transactions and snapshots. */
export interface Pair {
  readonly source: Client;
  readonly target: Client;
}
