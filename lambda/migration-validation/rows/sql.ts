import { escapeIdentifier, escapeLiteral } from 'pg';
import { castOf, isOrdered } from './column-types';
import type { Chunk, ComparedColumn, KeyValues, TablePlan } from './chunk';

/**
 * What a chunk is divided by. A row is in the same bucket on both sides, if it is the same row.
 * - `hashes`: the hash of the key, or of the row where there is no key, modulo a power of two.
 * - `bounds`: how many of these values of the range key, in their order, are at most the row's. Nothing is hashed for it.
 */
export type Division =
  { readonly by: 'hashes'; readonly of: number } | { readonly by: 'bounds'; readonly bounds: readonly string[] };

/** The buckets of a chunk that are looked at. */
export interface Buckets {
  readonly division: Division;
  readonly numbers: readonly number[];
}

/**
 * A row's hash is that of the text of its record. That text tells apart everything that PostgreSQL prints differently: NULL
 * and '', the place of a value in the row, 1.0 and 1.00, 0 and -0, the padding of char(n), the order of keys in json.
 *
 * Versions 14 and 16 print equal values alike, for all types that come with PostgreSQL, but for "char" from 128 on (see
 * `printed`), also within arrays and composites, which therefore differ. What an extension's type prints is up to its
 * version: two versions that print one value differently make rows differ that are equal, never the other way round.
 *
 * Not hash_record_extended, though it takes a third of the time: it adds up 31^i times the hash of column i, so that values
 * exchanged between two rows leave the sum over the rows as it was; and it hashes a bigint by folding its halves, so that 5
 * and 5 << 32 are one. The proof is in checksum.test.ts.
 */
export const rowHash = (plan: TablePlan, seed: string): string => hash(recordText(plan.columns), seed);

/** What rows are told apart by: the key's hash, or the row's where there is no key. */
export const identityHash = (plan: TablePlan, seed: string): string =>
  plan.key.length > 0 ? hash(recordText(plan.key), seed) : rowHash(plan, seed);

/** The table, as `t`: without the rows of tables that inherit from it, but with those of its partitions. */
export function fromTable(plan: TablePlan): string {
  const only = plan.kind === 'ordinary' ? 'ONLY ' : '';
  return `${only}${escapeIdentifier(plan.schema)}.${escapeIdentifier(plan.name)} AS t`;
}

/** How many rows a chunk has, and the sum of their hashes. */
export function sumStatement(plan: TablePlan, chunk: Chunk, seed: string): string {
  return `SELECT ${counted(plan, seed)} FROM ${fromTable(plan)} WHERE ${inChunk(plan, chunk, seed)}`;
}

/** The same for each bucket of a chunk that has rows. */
export function bucketStatement(plan: TablePlan, chunk: Chunk, seed: string, division: Division): string {
  const bucket = bucketOf(plan, seed, division);
  return `SELECT ${bucket}, ${counted(plan, seed)} FROM ${fromTable(plan)} WHERE ${inChunk(plan, chunk, seed)} GROUP BY 1`;
}

/** Key hash, row hash and key of each row, in the order of the hash of the key. */
export function keyedRowsStatement(plan: TablePlan, chunk: Chunk, seed: string, buckets?: Buckets): string {
  return `SELECT ${[identityHash(plan, seed), rowHash(plan, seed), ...plan.key.map(printed)].join(', ')}
    FROM ${fromTable(plan)} WHERE ${inBuckets(plan, chunk, seed, buckets)} ORDER BY 1`;
}

/** Without a key: each distinct row's hash, and how many there are of it, in the order of the hash. */
export function countedRowsStatement(plan: TablePlan, chunk: Chunk, seed: string, buckets?: Buckets): string {
  return `SELECT ${rowHash(plan, seed)}, pg_catalog.count(*)
    FROM ${fromTable(plan)} WHERE ${inBuckets(plan, chunk, seed, buckets)} GROUP BY 1 ORDER BY 1`;
}

/** Without a key: one row of each of these hashes, as its hash and its values. */
export function rowsOfHashesStatement(plan: TablePlan, chunk: Chunk, seed: string, hashes: readonly string[]): string {
  const hashed = rowHash(plan, seed);
  const wanted = `${hashed} = ANY (${array(hashes)}::pg_catalog.int8[])`;
  return `SELECT DISTINCT ON (1) ${[hashed, ...plan.columns.map(printed)].join(', ')}
    FROM ${fromTable(plan)} WHERE ${inChunk(plan, chunk, seed)} AND ${wanted} ORDER BY 1`;
}

/** What is read of a row besides its key: its values, or how many bytes they have. */
export type RowPart = 'values' | 'size';

/** Row hash, version and key of the rows that have these keys; no hash, but the part of them that is wanted, if one is. */
export function rowsOfKeysStatement(plan: TablePlan, keys: readonly KeyValues[], seed: string, part?: RowPart): string {
  const names = plan.key.map((_, index) => `c${index}`);
  const arrays = plan.key.map((_, index) => `${array(keys.map((key) => key[index] ?? ''))}::pg_catalog.text[]`);
  const matches = plan.key.flatMap((column, index) => {
    const cast = castOf(column);
    return cast === undefined ? [] : [`${reference(column)} = k.c${index}::${cast}`];
  });
  // Where there are no operators: the record of the texts prints as the record of the values does.
  if (matches.length < plan.key.length) {
    matches.push(`${recordText(plan.key)} = ROW(${names.map((name) => `k.${name}`).join(', ')})::pg_catalog.text`);
  }
  const columns = [
    // It takes the server as long as the rest, and whoever wants a part has compared it before.
    part === undefined ? rowHash(plan, seed) : `''`,
    't.xmin',
    ...plan.key.map(printed),
    ...(part === 'values' ? plan.columns.map(printed) : []),
    ...(part === 'size' ? [`pg_catalog.octet_length(${recordText(plan.columns)})`] : []),
  ];
  return `SELECT ${columns.join(', ')} FROM unnest(${arrays.join(', ')}) AS k (${names.join(', ')})
    JOIN ${fromTable(plan)} ON ${matches.join(' AND ')}`;
}

/** The range key of the row that is so many rows further, in the order of the range key; none where the range ends before. */
export function boundaryStatement(
  plan: TablePlan,
  after: KeyValues | undefined,
  rows: number,
  upTo?: KeyValues,
): string {
  const columns = requireRangeKey(plan);
  const order = columns.map(reference).join(', ');
  return `SELECT ${columns.map(printed).join(', ')} FROM ${fromTable(plan)}
    WHERE ${inRange(columns, after, upTo)} ORDER BY ${order} OFFSET ${rows - 1} LIMIT 1`;
}

/** The column that a chunk can be divided along; undefined: there is none, its rows are divided by hashes. */
export function boundedColumn(plan: TablePlan, chunk: Chunk): ComparedColumn | undefined {
  const [column, ...others] = plan.rangeKey ?? [];
  if (chunk.kind !== 'range' || column === undefined || others.length > 0 || column.printed === true) return undefined;
  return isOrdered(column.baseType) ? column : undefined;
}

/** Every so many rows of a chunk the value of the column that it can be divided along. */
export function boundsStatement(plan: TablePlan, chunk: Chunk, column: ComparedColumn, rows: number): string {
  return `SELECT bound FROM (
      SELECT ${printed(column)} AS bound, pg_catalog.row_number() OVER (ORDER BY ${reference(column)}) AS number
      FROM ${fromTable(plan)} WHERE ${inChunk(plan, chunk, '0')}) AS numbered
    WHERE number % ${rows} = 0 ORDER BY number`;
}

/** @throws Error where chunks of the table cannot be ranges */
export function requireRangeKey(plan: TablePlan): readonly ComparedColumn[] {
  if (plan.rangeKey === undefined || plan.rangeKey.length === 0) {
    throw new Error(`chunks of ${plan.schema}.${plan.name} must be partitions: it has no range key`);
  }
  return plan.rangeKey;
}

const counted = (plan: TablePlan, seed: string): string =>
  `pg_catalog.count(*), COALESCE(pg_catalog.sum(${rowHash(plan, seed)}), 0)`;

function hash(text: string, seed: string): string {
  if (!/^-?\d{1,19}$/.test(seed)) throw new Error(`seed must be a whole number of 64 bits, got ${seed}`);
  return `pg_catalog.hashtextextended(${text}, '${seed}'::pg_catalog.int8)`;
}

/** Collation C: the hash is that of the bytes, and comparing them needs no library. */
const recordText = (columns: readonly ComparedColumn[]): string =>
  `(ROW(${columns.map(printed).join(', ')})::pg_catalog.text COLLATE pg_catalog."C")`;

const reference = ({ name }: ComparedColumn): string => `t.${escapeIdentifier(name)}`;

/** PostgreSQL 15 began to print bytes from 128 of "char" in another way: its binary form is the same. */
export const printed = (column: ComparedColumn): string =>
  column.baseType === 'char' && column.printed !== true
    ? `pg_catalog.charsend(${reference(column)})`
    : reference(column);

function inBuckets(plan: TablePlan, chunk: Chunk, seed: string, buckets: Buckets | undefined): string {
  const chosen = inChunk(plan, chunk, seed);
  if (buckets === undefined) return chosen;
  if (buckets.division.by === 'bounds' && buckets.numbers.length <= MAX_RANGES) {
    return `${chosen} AND (${['false', ...rangesOf(plan, buckets.division.bounds, buckets.numbers)].join(' OR ')})`;
  }
  const bucket = bucketOf(plan, seed, buckets.division);
  return `${chosen} AND ${bucket} = ANY ('{${buckets.numbers.join(',')}}'::pg_catalog.int8[])`;
}

/** More are looked for in all of the chunk: each is a search in the index. */
const MAX_RANGES = 32;

/** The rows of these buckets as conditions that an index serves: those from a bound on, and before the next one. */
function rangesOf(plan: TablePlan, bounds: readonly string[], numbers: readonly number[]): string[] {
  const columns = requireRangeKey(plan);
  return numbers.map((number) => {
    const [from, to] = [bounds[number - 1], bounds[number]];
    const conditions = [
      ...(from === undefined ? [] : bound(columns, '>=', [from])),
      ...(to === undefined ? [] : bound(columns, '<', [to])),
    ];
    return `(${['true', ...conditions].join(' AND ')})`;
  });
}

function bucketOf(plan: TablePlan, seed: string, division: Division): string {
  if (division.by === 'hashes') return `(${identityHash(plan, seed)} & ${division.of - 1})`;
  const [column] = requireRangeKey(plan);
  const cast = column === undefined ? undefined : castOf(column);
  if (column === undefined || cast === undefined) throw new Error('bounds must be those of a column with an order');
  return `pg_catalog.width_bucket(${reference(column)}::${cast}, ${array(division.bounds)}::${cast}[])`;
}

export function inChunk(plan: TablePlan, chunk: Chunk, seed: string): string {
  if (chunk.kind === 'range') return inRange(requireRangeKey(plan), chunk.after, chunk.upTo);
  if (chunk.of === 1) return 'true';
  // Other bits than the buckets take: else all rows of a partition would be in the same few buckets.
  return `((${identityHash(plan, seed)} >> 32) & 2147483647) % ${chunk.of} = ${chunk.index}`;
}

function inRange(
  columns: readonly ComparedColumn[],
  after: KeyValues | undefined,
  upTo: KeyValues | undefined,
): string {
  const bounds = [...bound(columns, '>', after), ...bound(columns, '<=', upTo)];
  return bounds.length > 0 ? bounds.join(' AND ') : 'true';
}

function bound(
  columns: readonly ComparedColumn[],
  operator: '>' | '<=' | '>=' | '<',
  values: KeyValues | undefined,
): string[] {
  if (values === undefined) return [];
  if (values.length !== columns.length) {
    throw new Error(`a bound must have ${columns.length} values, one for each column, got ${values.length}`);
  }
  const literals = columns.map((column, index) => literal(column, values[index] ?? ''));
  const compared = `(${columns.map(reference).join(', ')}) ${operator} (${literals.join(', ')})`;
  const [first] = columns;
  if (columns.length === 1 || first === undefined) return [compared];
  // Says nothing new, but the planner estimates how many rows lie between two values, and not between two rows of values.
  return [`${reference(first)} ${operator.startsWith('>') ? '>=' : '<='} ${literals[0] ?? ''}`, compared];
}

function literal(column: ComparedColumn, value: string): string {
  const cast = castOf(column);
  if (cast === undefined) throw new Error(`column ${column.name} must have an order to be part of a range key`);
  return `${escapeLiteral(value)}::${cast}`;
}

const array = (values: readonly string[]): string => `ARRAY[${values.map((value) => escapeLiteral(value)).join(', ')}]`;
