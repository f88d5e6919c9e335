import type { Client } from 'pg';
import type { KeyValues, Pair, RowDifference, TablePlan } from './chunk';
import { onBoth } from './pair';
import { readRows, type Values } from './read-rows';
import { rowsOfKeysStatement } from './sql';

/** A row as one side has it. */
export interface StoredRow {
  readonly hash: string;
  /** The transaction that wrote this version of it. Another number is another version, the same one most probably the same. */
  readonly xmin: string;
  /** In the order of the plan's columns. @default not asked for */
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
export const keyOf = (plan: TablePlan, { key }: RowDifference): KeyValues =>
  plan.key.map(({ name }) => key[name] ?? '');

/**
 * Reads rows by their keys on one side.
 * @returns the rows that there are, by `keyText` of their key
 */
export async function readKeys(
  client: Client,
  plan: TablePlan,
  keys: readonly KeyValues[],
  { seed, values = false }: { readonly seed: string; readonly values?: boolean },
): Promise<ReadonlyMap<string, StoredRow>> {
  const found = new Map<string, StoredRow>();
  const wanted = new Map(keys.map((key) => [keyText(key), key]));
  const list = [...wanted.values()];
  for (let start = 0; start < list.length; start += KEYS_AT_ONCE) {
    const sql = rowsOfKeysStatement(plan, list.slice(start, start + KEYS_AT_ONCE), seed, values);
    for (const [hash, xmin, ...rest] of await readRows(client, sql, true)) {
      const text = JSON.stringify(rest.slice(0, plan.key.length));
      // Equal by the type's operator is not the same key yet: 1.0 and 1.00, or letters in a collation that ignores case.
      if (!wanted.has(text)) continue;
      const row = { hash: hash ?? '', xmin: xmin ?? '' };
      found.set(text, values ? { ...row, values: rest.slice(plan.key.length) } : row);
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

/** The columns that differ, of rows that both sides have, by `keyText`. */
export async function changedColumns(
  pair: Pair,
  plan: TablePlan,
  keys: readonly KeyValues[],
  seed: string,
): Promise<ReadonlyMap<string, RowDifference['columns']>> {
  if (keys.length === 0) return new Map();
  const [source, target] = await onBoth(pair, (client) => readKeys(client, plan, keys, { seed, values: true }));
  return new Map(
    [...source].flatMap(([text, row]) => {
      const other = target.get(text);
      return other === undefined ? [] : [[text, differingColumns(plan, row.values ?? [], other.values ?? [])] as const];
    }),
  );
}

/** A key's columns and values. */
export const keyRecord = (plan: TablePlan, key: KeyValues): Record<string, string | null> =>
  Object.fromEntries(plan.key.map(({ name }, index) => [name, key[index] ?? null]));

function differingColumns(plan: TablePlan, source: Values, target: Values): RowDifference['columns'] {
  return plan.columns
    .map(({ name }, index) => ({ name, source: source[index] ?? null, target: target[index] ?? null }))
    .filter((column) => column.source !== column.target);
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
