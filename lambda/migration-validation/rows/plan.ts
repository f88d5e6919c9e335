import type { Column, Index, Table } from '../catalog/catalog';
import type { ComparedColumn, TablePlan } from './chunk';
import { comparisonType, isCollated, isOrdered } from './column-types';

/** How a table is compared, or why it cannot be. */
export type PlannedTable =
  | {
      readonly plan: TablePlan;
      /** Columns that only one side has: they are not compared. */
      readonly leftOut: readonly string[];
    }
  | { readonly problem: string };

/** Decides how a table that both sides have is compared. */
export function planTable(source: Table, target: Table): PlannedTable {
  const kind = commonKind(source, target);
  if (kind === undefined) {
    return {
      problem:
        'it is partitioned on one side, and on the other side tables inherit from it: their rows cannot be told apart',
    };
  }
  const columns = commonColumns(source, target);
  if (columns.length === 0 && source.columns.length + target.columns.length > 0) {
    return { problem: 'it has no column that both sides have' };
  }
  const byName = new Map(columns.map((column) => [column.name, column]));
  const compared = (names: readonly string[]) => names.flatMap((name) => byName.get(name) ?? []);
  const key = compared(commonKey(source, target) ?? []);
  const rangeKey = compared(
    commonRangeKey(
      source,
      target,
      key.map(({ name }) => name),
    ) ?? [],
  );
  return {
    plan: {
      schema: source.schema,
      name: source.name,
      kind,
      columns,
      key,
      ...(rangeKey.length > 0 ? { rangeKey } : {}),
      estimatedRows: source.estimatedRows,
      bytes: source.bytes,
    },
    leftOut: [...source.columns, ...target.columns].map(({ name }) => name).filter((name) => !byName.has(name)),
  };
}

/** Partitioned where one side is: there is no ONLY then, and the other side's own rows are all that it has. */
function commonKind(source: Table, target: Table): TablePlan['kind'] | undefined {
  if (source.kind === target.kind) return source.kind;
  const ordinary = source.kind === 'ordinary' ? source : target;
  return ordinary.hasChildren ? undefined : 'partitioned';
}

function commonColumns(source: Table, target: Table): ComparedColumn[] {
  return source.columns.flatMap((column) => {
    const other = target.columns.find(({ name }) => name === column.name);
    return other === undefined ? [] : [comparedColumn(column, other)];
  });
}

function comparedColumn(source: Column, target: Column): ComparedColumn {
  const { name, baseType } = source;
  const known = comparisonType(baseType);
  // Of the types of users, only those of enums have their operators in pg_catalog.
  if (source.typeKind === 'e' && target.typeKind === 'e' && baseType === target.baseType) {
    return { name, baseType, cast: baseType };
  }
  const same = known === undefined ? baseType === target.baseType : known === comparisonType(target.baseType);
  return same ? { name, baseType } : { name, baseType, printed: true };
}

/** The columns that identify a row: those of the primary key of both sides, or of a unique index that both sides have. */
function commonKey(source: Table, target: Table): readonly string[] | undefined {
  const candidates = [
    ...(source.primaryKey === undefined ? [] : [source.primaryKey.columns]),
    ...identifying(source).sort((a, b) => a.length - b.length),
  ];
  const other = [...(target.primaryKey === undefined ? [] : [target.primaryKey.columns]), ...identifying(target)];
  return candidates.find((columns) => other.some((columns2) => sameSet(columns, columns2)));
}

function identifying(table: Table): (readonly string[])[] {
  return table.indexes
    .filter((index) => index.unique && index.valid && !index.partial)
    .flatMap(({ columns }) => (columns !== undefined && notNull(table, columns) ? [columns] : []));
}

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name) => b.includes(name));

/** A table up to this size is in memory soon, whatever the order it is read in. */
const SMALL_BYTES = 100 * 1024 * 1024;
const CORRELATED = 0.9;

/** The columns that chunks are ranges of: the key's if that is possible, else those of another index. */
function commonRangeKey(source: Table, target: Table, key: readonly string[]): readonly string[] | undefined {
  const small = Math.max(source.bytes, target.bytes) < SMALL_BYTES;
  const indexes = walkable(source).sort((a, b) => a.length - b.length);
  return [...indexes.filter((columns) => sameSet(columns, key)), ...indexes]
    .filter((columns) => walkable(target).some((other) => other.join('\0') === columns.join('\0')))
    .filter((columns) => columns.every((name) => orderedAlike(columnOf(source, name), columnOf(target, name))))
    .find(([first = '']) => small || (correlated(columnOf(source, first)) && correlated(columnOf(target, first))));
}

/** The columns of indexes that can be walked along: all rows, in the plain order. */
function walkable(table: Table): (readonly string[])[] {
  return table.indexes
    .filter((index: Index) => index.method === 'btree' && index.valid && !index.partial && index.plainOrder)
    .flatMap(({ columns }) =>
      columns !== undefined && columns.length > 0 && notNull(table, columns) ? [columns] : [],
    );
}

const columnOf = (table: Table, name: string): Column | undefined =>
  table.columns.find((column) => column.name === name);

const notNull = (table: Table, names: readonly string[]): boolean =>
  names.every((name) => columnOf(table, name)?.nullable === false);

const correlated = (column: Column | undefined): boolean => Math.abs(column?.correlation ?? 0) >= CORRELATED;

function orderedAlike(source: Column | undefined, target: Column | undefined): boolean {
  if (source === undefined || target === undefined) return false;
  if (source.typeKind === 'e' && target.typeKind === 'e') {
    const [labels, others] = [source.enumLabels, target.enumLabels];
    return source.baseType === target.baseType && labels !== undefined && labels.join('\0') === others?.join('\0');
  }
  const type = comparisonType(source.baseType);
  if (type === undefined || type !== comparisonType(target.baseType)) return false;
  if (isOrdered(source.baseType)) return true;
  return isCollated(source.baseType) && bytewise(source) && bytewise(target);
}

/** Whether text is ordered by its bytes: any other order is that of a library, which differs between versions. */
function bytewise({ collation }: Column): boolean {
  if (collation === undefined) return false;
  return collation.provider !== 'icu' && ['C', 'POSIX'].includes(collation.locale);
}
