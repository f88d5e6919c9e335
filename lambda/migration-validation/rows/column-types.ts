import { escapeIdentifier } from 'pg';
import type { ComparedColumn } from './chunk';

/**
 * Types whose order both servers agree on, and what their values are cast to: one type for those that compare across, so
 * that a bound of one side is none that the other cannot hold.
 * @see https://www.postgresql.org/docs/16/btree-behavior.html
 */
const ORDERED: Readonly<Record<string, string>> = {
  int2: 'int8',
  int4: 'int8',
  int8: 'int8',
  oid: 'oid',
  numeric: 'numeric',
  float4: 'float4',
  float8: 'float8',
  bool: 'bool',
  date: 'date',
  time: 'time',
  timetz: 'timetz',
  timestamp: 'timestamp',
  timestamptz: 'timestamptz',
  interval: 'interval',
  uuid: 'uuid',
  bytea: 'bytea',
  inet: 'inet',
  cidr: 'cidr',
  macaddr: 'macaddr',
  macaddr8: 'macaddr8',
};

/** Types that a collation orders. Their equality does not depend on it, but for collations that are not deterministic. */
const COLLATED: Readonly<Record<string, string>> = { text: 'text', varchar: 'text', bpchar: 'bpchar', name: 'name' };

/** The type of pg_catalog that a value of a base type is compared as; undefined: none, its text is what is compared. */
export function comparisonType(baseType: string): string | undefined {
  const type = ORDERED[baseType] ?? COLLATED[baseType];
  return type === undefined ? undefined : `pg_catalog.${escapeIdentifier(type)}`;
}

/** Whether the order of the type's values is the same on every server. */
export const isOrdered = (baseType: string): boolean => baseType in ORDERED;

/** Whether a collation decides the order of the type's values. */
export const isCollated = (baseType: string): boolean => baseType in COLLATED;

/** What a column's values are cast to where they are compared; undefined: they are told apart by their texts. */
export function castOf(column: ComparedColumn): string | undefined {
  return column.printed === true ? undefined : (column.cast ?? comparisonType(column.baseType));
}
