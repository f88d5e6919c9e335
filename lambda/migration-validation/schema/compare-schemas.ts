import type { Catalog, Routine, Schema } from '../catalog/catalog';
import { pairSequences } from '../catalog/pair-sequences';
import { tableText } from '../catalog/selection';
import type { SchemaDifference, SchemaResult } from '../report/model';
import { type CompareRights, type Owned, rightsComparison } from './compare-rights';
import { compareTables } from './compare-tables';
import { difference, differIfUnequal, pairByName } from './pairing';
import { orderText, sequenceText } from './texts';

export interface SchemaComparisonOptions {
  /** Whether grants to roles that only one side has count as differences. @default false */
  readonly grantsOfAllRoles?: boolean;
}

/**
 * Compares what two databases say of themselves. No difference: the order of columns, names of keys, constraints and indexes
 * that are otherwise the same, views, comments, storage, versions of collations.
 */
export function compareSchemas(
  source: Catalog,
  target: Catalog,
  { grantsOfAllRoles = false }: SchemaComparisonOptions = {},
): SchemaResult {
  const compareRights = rightsComparison(source, target, grantsOfAllRoles);
  const differences = [
    ...compareOrder(source, target),
    ...compareSchemaLists(source, target, compareRights),
    ...compareTypes(source, target),
    ...compareTables(source.tables, target.tables, compareRights),
    ...compareFunctions(source, target, compareRights),
    ...compareSequenceDefinitions(source, target, compareRights),
  ];
  const onTarget = new Set(target.tables.map(tableText));
  const tablesCompared = source.tables.filter((table) => onTarget.has(tableText(table))).length;
  const problem = problemOf(source, target);
  return {
    verdict: problem !== undefined ? 'unknown' : differences.length === 0 ? 'equal' : 'different',
    ...(problem === undefined ? {} : { problem }),
    tablesCompared,
    differences,
  };
}

/** Two databases without what was asked for are not equal: nothing was compared. */
function problemOf(source: Catalog, target: Catalog): string | undefined {
  const missing = (source.missingSchemas ?? []).filter((name) => target.missingSchemas?.includes(name) === true);
  if (missing.length > 0) return `schemas that were asked for are in neither database: ${missing.join(', ')}`;
  return source.tables.length + target.tables.length === 0 ? 'no table was selected in either database' : undefined;
}

/** How text sorts where no column says otherwise: once for the database, not for each column. */
function compareOrder(source: Catalog, target: Catalog): SchemaDifference[] {
  const [ofSource, ofTarget] = [source, target].map(({ tables }) => {
    const collations = tables.flatMap(({ columns }) => columns.map(({ collation }) => collation));
    const found = collations.find((collation) => collation?.name === 'default');
    return found && orderText(found);
  });
  return ofSource === undefined || ofTarget === undefined
    ? []
    : differIfUnequal('collation', 'default of the database', ofSource, ofTarget);
}

function compareSchemaLists(source: Catalog, target: Catalog, compareRights: CompareRights): SchemaDifference[] {
  const isUsed = ({ name }: Schema, { tables, sequences }: Catalog): boolean =>
    [...tables, ...sequences].some(({ schema }) => schema === name);
  return pairByName(source.schemas, target.schemas, ({ name }) => name).flatMap(({ name, ...pair }) => {
    if (pair.source !== undefined && pair.target !== undefined) {
      return compareRights(`schema ${name}`, rightsOf(pair.source), rightsOf(pair.target));
    }
    if (pair.source !== undefined) return isUsed(pair.source, source) ? [difference('schema', name, 'schema')] : [];
    return pair.target !== undefined && isUsed(pair.target, target)
      ? [difference('schema', name, undefined, 'schema')]
      : [];
  });
}

/** PostgreSQL 15 gave `public` another owner, and took from PUBLIC the right to create in it. */
const rightsOf = ({ name, owner, grants }: Schema): Owned =>
  name === 'public'
    ? { grants: grants.filter(({ grantee, privilege }) => grantee !== 'PUBLIC' || privilege !== 'CREATE') }
    : { owner, grants };

const compareTypes = (source: Catalog, target: Catalog): SchemaDifference[] =>
  pairByName(source.types, target.types, tableText).flatMap(({ name, ...pair }) => {
    const [ofSource, ofTarget] = [pair.source, pair.target].map((type) => type && `${type.kind} ${type.definition}`);
    return differIfUnequal('type', name, ofSource, ofTarget);
  });

/** What one side's tables use is looked for among all functions of the other. */
function compareFunctions(source: Catalog, target: Catalog, compareRights: CompareRights): SchemaDifference[] {
  const nameOf = ({ schema, signature }: Routine): string => `${schema}.${signature}`;
  const used = new Set([...source.functions, ...target.functions].map(nameOf));
  const all = ({ functions, unusedFunctions = [] }: Catalog) =>
    [...functions, ...unusedFunctions].filter((routine) => used.has(nameOf(routine)));
  return pairByName(all(source), all(target), nameOf).flatMap(({ name, ...pair }) => [
    ...differIfUnequal('function', name, pair.source?.definition, pair.target?.definition),
    ...(pair.source !== undefined && pair.target !== undefined
      ? compareRights(`function ${name}`, pair.source, pair.target)
      : []),
  ]);
}

const compareSequenceDefinitions = (
  source: Catalog,
  target: Catalog,
  compareRights: CompareRights,
): SchemaDifference[] =>
  pairSequences(source, target).flatMap((pair) => [
    ...differIfUnequal(
      'sequence',
      tableText(pair),
      pair.source && sequenceText(pair.source),
      pair.target && sequenceText(pair.target),
    ),
    ...(pair.source !== undefined && pair.target !== undefined
      ? compareRights(`sequence ${tableText(pair)}`, pair.source, pair.target)
      : []),
  ]);
