import type { Report, TableResult } from './model';

type RowDifference = TableResult['differences'][number];
type Column = NonNullable<RowDifference['columns']>[number];

/** Longer values are cut, in characters. */
const LIMIT = 200;
/** How much is shown before the first character that differs. */
const BEFORE = 20;

/**
 * Makes the values of a report fit to be shown: long ones are cut.
 * @param values false leaves out what rows hold: values of differing columns, and the whole rows of tables without a key.
 *   Keys stay.
 */
export const withShownValues = (report: Report, { values }: { readonly values: boolean }): Report => ({
  ...report,
  tables: report.tables.map((table) => ({
    ...table,
    differences: table.differences.map((difference) => shown(difference, values, table.key.length > 0)),
  })),
});

function shown(difference: RowDifference, values: boolean, keyed: boolean): RowDifference {
  const { columns, ...rest } = difference;
  const key = Object.entries(difference.key).map(([name, value]) => [name, value === null ? null : cut(value, 0)]);
  return {
    ...rest,
    key: values || keyed ? (Object.fromEntries(key) as RowDifference['key']) : {},
    ...(columns === undefined
      ? {}
      : { columns: columns.map((column) => (values ? cutBoth(column) : { name: column.name })) }),
  };
}

/** Both values from the place where they begin to differ: the beginnings alone could look equal. */
function cutBoth({ name, source, target }: Column): Column {
  if (typeof source !== 'string' || typeof target !== 'string')
    return { name, source: cutOne(source), target: cutOne(target) };
  const [one, other] = [[...source], [...target]];
  const first = one.findIndex((character, at) => character !== other[at]);
  const differs = first === -1 ? one.length : first;
  const isLong = Math.max(one.length, other.length) > LIMIT;
  const from = isLong && differs > LIMIT - BEFORE ? differs - BEFORE : 0;
  return { name, source: cut(source, from), target: cut(target, from) };
}

const cutOne = (value: string | null | undefined): string | null | undefined =>
  typeof value === 'string' ? cut(value, 0) : value;

/** By characters, not by halves of them. */
function cut(value: string, from: number): string {
  // No text has more characters than code units.
  if (value.length <= LIMIT && from === 0) return value;
  const characters = [...value];
  if (characters.length <= LIMIT && from === 0) return value;
  const part = characters.slice(from, from + LIMIT).join('');
  const end = Math.min(from + LIMIT, characters.length);
  const where = from === 0 ? `cut at ${LIMIT}` : `${number(from + 1)} to ${number(end)}`;
  return `${from === 0 ? '' : '…'}${part}${end < characters.length ? '…' : ''} (${where} of ${number(characters.length)} characters)`;
}

const number = (value: number): string => value.toLocaleString('en-US');
