import type { Client } from 'pg';
import type { KeyValues, Pair, RowDifference, TablePlan } from './chunk';
import { cutBoth } from './cut-values';
import { onBoth } from './pair';
import { readRows, type Values } from './read-rows';
import { rowsOfKeysStatement, type RowPart } from './sql';

/** A row as one side has it. */
export interface StoredRow {
  /** Empty where a part of the row was asked for instead. */
  readonly hash: string;
  /** The transaction that wrote this version of it. Another number is another version, the same one most probably the same. */
  readonly xmin: string;
  /** What was asked for: the values in the order of the plan's columns, or the row's size alone. @default not asked for */
  readonly values?: Values;
}

/** What a key names on both sides. */
export interface KeyComparison {
  readonly key: KeyValues;
  /** @default the side has no such row */
  readonly source?: StoredRow;
  /** @default the side has no such row */
  readonly target?: StoredRow;
  /** @default both have the same row, or neither has one */
  readonly difference?: RowDifference;
}

export interface CompareKeysOptions {
  readonly seed: string;
  /** For how many changed rows the columns are told. @default 100 */
  readonly maxDifferences?: number;
}

/** Tells keys apart, in maps and sets. */
export const keyText = (key: KeyValues): string => JSON.stringify(key);

/** The key of a row that differs. */
export const keyOf = (plan: TablePlan, { key }: Pick<RowDifference, 'key'>): KeyValues =>
  plan.key.map(({ name }) => key[name] ?? '');

/**
 * Reads rows by their keys on one side.
 * @returns the rows that there are, by `keyText` of their key
 */
export async function readKeys(
  client: Client,
  plan: TablePlan,
  keys: readonly KeyValues[],
  { seed, part }: { readonly seed: string; readonly part?: RowPart },
): Promise<ReadonlyMap<string, StoredRow>> {
  const found = new Map<string, StoredRow>();
  const wanted = new Map(keys.map((key) => [keyText(key), key]));
  const list = [...wanted.values()];
  for (let start = 0; start < list.length; start += KEYS_AT_ONCE) {
    const sql = rowsOfKeysStatement(plan, list.slice(start, start + KEYS_AT_ONCE), seed, part);
    for (const [hash, xmin, ...rest] of await readRows(client, sql, true)) {
      const text = JSON.stringify(rest.slice(0, plan.key.length));
      // Equal by the type's operator is not the same key yet: 1.0 and 1.00, or letters in a collation that ignores case.
      if (!wanted.has(text)) continue;
      const row = { hash: hash ?? '', xmin: xmin ?? '' };
      found.set(text, part === undefined ? row : { ...row, values: rest.slice(plan.key.length) });
    }
  }
  return found;
}

/** Reads rows by their keys on both sides, and tells what differs. */
export async function compareKeys(
  pair: Pair,
  plan: TablePlan,
  keys: readonly KeyValues[],
  { seed, maxDifferences = 100 }: CompareKeysOptions,
): Promise<readonly KeyComparison[]> {
  const [source, target] = await onBoth(pair, (client) => readKeys(client, plan, keys, { seed }));
  const compared = keys.map((key) => {
    const text = keyText(key);
    return { key, source: source.get(text), target: target.get(text) };
  });
  const changed = compared.filter(
    ({ source, target }) => source !== undefined && target !== undefined && source.hash !== target.hash,
  );
  const columns = await changedColumns(
    pair,
    plan,
    changed.slice(0, maxDifferences).map(({ key }) => key),
    seed,
  );
  return compared.map((row) => ({ ...row, ...differenceOf(plan, row, columns) }));
}

/**
 * The columns that differ, of rows that both sides have, by `keyText`. Long values are cut: values may be large, and only few
 * are in memory at once.
 */
export async function changedColumns(
  pair: Pair,
  plan: TablePlan,
  keys: readonly KeyValues[],
  seed: string,
): Promise<ReadonlyMap<string, RowDifference['columns']>> {
  const columns = new Map<string, RowDifference['columns']>();
  for (const some of await fittingIntoMemory(pair, plan, keys, seed)) {
    const [source, target] = await onBoth(pair, (client) => readKeys(client, plan, some, { seed, part: 'values' }));
    for (const [text, row] of source) {
      const other = target.get(text);
      if (other !== undefined) columns.set(text, differingColumns(plan, row.values ?? [], other.values ?? []));
    }
  }
  return columns;
}

/** Keys in parts whose rows can be read at once: a row that is larger than that is a part of its own. */
async function fittingIntoMemory(
  pair: Pair,
  plan: TablePlan,
  keys: readonly KeyValues[],
  seed: string,
): Promise<readonly (readonly KeyValues[])[]> {
  const sides = await onBoth(pair, (client) => readKeys(client, plan, keys, { seed, part: 'size' }));
  const parts: KeyValues[][] = [];
  let bytes = Infinity;
  for (const key of keys) {
    const text = keyText(key);
    const size = Math.max(...sides.map((rows) => Number(rows.get(text)?.values?.[0] ?? 0)));
    if (bytes + size > BYTES_AT_ONCE) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(key);
    bytes += size;
  }
  return parts;
}

/** A key's columns and values. */
export const keyRecord = (plan: TablePlan, key: KeyValues): Record<string, string | null> =>
  Object.fromEntries(plan.key.map(({ name }, index) => [name, key[index] ?? null]));

function differingColumns(plan: TablePlan, left: Values, right: Values): RowDifference['columns'] {
  return plan.columns
    .map(({ name }, index) => ({ name, source: left[index] ?? null, target: right[index] ?? null }))
    .filter((column) => column.source !== column.target)
    .map(({ name, source, target }) => ({ name, ...cutBoth(source, target) }));
}

function differenceOf(
  plan: TablePlan,
  { key, source, target }: Omit<KeyComparison, 'difference'>,
  columns: ReadonlyMap<string, RowDifference['columns']>,
): { difference?: RowDifference } {
  if (source?.hash === target?.hash) return {};
  const record = keyRecord(plan, key);
  if (target === undefined) return { difference: { kind: 'missing-on-target', key: record } };
  if (source === undefined) return { difference: { kind: 'missing-on-source', key: record } };
  return { difference: { kind: 'changed', key: record, columns: columns.get(keyText(key)) } };
}

/** Long enough for few round trips, short enough for the planner to look each one up. */
const KEYS_AT_ONCE = 1000;
/** Rows of so many bytes a side: what `pg` makes of them is several times as much. */
const BYTES_AT_ONCE = 2 ** 22;
