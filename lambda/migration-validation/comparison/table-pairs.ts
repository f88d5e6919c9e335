import type { Catalog, NotTable, Table, TableName } from '../catalog/catalog';
import { localReason, tableText } from '../catalog/selection';
import type { NotCompared, ServerIdentity, TableResult } from '../report/model';
import type { TablePlan } from '../rows/chunk';

/** A table on the two sides; undefined: that one has none. */
export interface TablePair {
  readonly name: TableName;
  readonly source: Table | undefined;
  readonly target: Table | undefined;
}

/** The tables whose rows are compared, in the order of their names. */
export function pairTables(source: readonly Table[], target: readonly Table[]): TablePair[] {
  const one = new Map(source.map((table) => [keyOf(table), table]));
  const other = new Map(target.map((table) => [keyOf(table), table]));
  return [...new Map([...one, ...other]).values()]
    .filter((table) => localReason(table) === undefined)
    .sort(byName)
    .map(({ schema, name }) => ({
      name: { schema, name },
      source: one.get(keyOf({ schema, name })),
      target: other.get(keyOf({ schema, name })),
    }));
}

// No character of a name can be mistaken for the one between them.
export const keyOf = ({ schema, name }: TableName): string => `${schema}\0${name}`;

export const byName = (one: TableName, other: TableName): number =>
  keyOf(one) < keyOf(other) ? -1 : keyOf(one) > keyOf(other) ? 1 : 0;

/** What both catalogs leave out, and what holds data without being a table. */
export function leftOut(source: Catalog, target: Catalog): NotCompared[] {
  const both = [source, target];
  const found: NotCompared[] = [
    ...both.flatMap(({ excluded }) => excluded.map((each) => ({ ...each, asked: true }))),
    ...both.flatMap(({ tables }) =>
      tables.flatMap((table) => {
        const reason = localReason(table);
        return reason === undefined ? [] : [{ object: tableText(table), reason, asked: true }];
      }),
    ),
    ...both.flatMap(({ notTables }) =>
      notTables.map((each) => ({ object: objectText(each), reason: NOT_TABLE[each.kind], asked: false })),
    ),
  ];
  return [...new Map(found.map((each) => [each.object, each])).values()];
}

const objectText = (object: NotTable): string =>
  object.kind === 'large objects' ? `${object.count ?? 0} large objects` : tableText(object);

const NOT_TABLE: Readonly<Record<NotTable['kind'], string>> = {
  'foreign table': 'its rows are in another database; compare them there, and leave it out here by name',
  'materialized view': 'it is made from other tables; refresh it on the target, and leave it out by name',
  'large objects': 'they are in no table; move them into columns, or compare them by other means',
};

/** Why no row can be compared: the same text has other bytes, and therefore another hash. */
export function differentEncodings({
  source,
  target,
}: {
  readonly source: ServerIdentity;
  readonly target: ServerIdentity;
}): string | undefined {
  if (source.encoding === target.encoding) return undefined;
  return `rows cannot be compared: the source's encoding is ${source.encoding}, the target's ${target.encoding}, and equal texts have other bytes there`;
}

const NO_DIFFERENCE = { missingOnTarget: 0, missingOnSource: 0, changed: 0 };

/** The result of a table of which no row was read. */
export const unread = ({ schema, name }: TableName, problem: string): TableResult => ({
  schema,
  name,
  verdict: 'unknown',
  problem,
  key: [],
  method: 'none',
  rows: { source: 0, target: 0 },
  chunks: 0,
  rechecked: 0,
  counts: NO_DIFFERENCE,
  undecided: 0,
  differences: [],
  seconds: 0,
  rowsPerSecond: 0,
});

/** The result of a table that only one side has: all its rows are differences, and so is its being there. */
export function oneSided(table: TableName, side: 'source' | 'target', rows: number): TableResult {
  const other = side === 'source' ? 'target' : 'source';
  return {
    ...unread(table, `there is no such table on the ${other}`),
    verdict: 'different',
    rows: { source: 0, target: 0, [side]: rows },
    counts: { ...NO_DIFFERENCE, [side === 'source' ? 'missingOnTarget' : 'missingOnSource']: rows },
  };
}

/** Planned tables that no result speaks of: they were not compared, whatever the reason. */
export function forgotten(plans: readonly TablePlan[], results: readonly TableResult[]): TableResult[] {
  const done = new Set(results.map(keyOf));
  return plans
    .filter((plan) => !done.has(keyOf(plan)))
    .map((plan) => unread(plan, 'its comparison did not come to an end'));
}

/** What only one side has of a table is a difference, also where all that both have is equal. */
export function withColumnsLeftOut(result: TableResult, columns: readonly string[]): TableResult {
  if (columns.length === 0) return result;
  const left = `only one side has ${columns.length === 1 ? 'the column' : 'the columns'} ${columns.join(', ')}`;
  return {
    ...result,
    verdict: result.verdict === 'equal' ? 'different' : result.verdict,
    problem: result.problem === undefined ? left : `${result.problem}; ${left}`,
  };
}
