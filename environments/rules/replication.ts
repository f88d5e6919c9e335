import type { DeclaredColumn, DeclaredTable } from '../../constructs/replication/declared-table';
import { errorsOf, findingText, lintTableMappings, lintTables, type Finding } from '../../constructs/replication/lint';
import type { ReplicationDirection } from '../../constructs/replication/names';
import { tableMappings, type TableName } from '../../constructs/replication/table-mappings';
import type { Problem } from '../problem';
import { items, problem, type Rule } from './rule';

type Replication = NonNullable<Parameters<Rule>[0]['environment']['replication']>;

const fromFinding = ({ path, must, value, reason, page }: Finding): Problem =>
  problem(['replication', ...path], must, value, `${reason} (${page})`);

// A wrong part is taken for something harmless and keeps its position; the schema has reported it.
const declaredTables = ({ tables }: Replication): DeclaredTable[] =>
  (tables ?? []).map((table) => ({
    schema: table?.schema ?? '',
    name: table?.name ?? '',
    primaryKey: table?.primaryKey?.map((column) => column ?? '') ?? ['?'],
    columns: (table?.columns ?? []).map((column): DeclaredColumn => ({
      ...column,
      name: column?.name ?? '',
      type: column?.type ?? '',
    })),
  }));

const excludedTables = ({ excludedTables: excluded }: Replication): TableName[] =>
  items(excluded).flatMap(([, { schema, name }]) =>
    schema === undefined || name === undefined ? [] : [{ schema, name }],
  );

const somethingReplicated: Rule = ({ environment: { replication } }) =>
  replication?.schemas?.length === 0
    ? [problem(['replication', 'schemas'], 'must name at least one schema', [], 'add the schemas to replicate')]
    : [];

// With a wrong list of schemas nobody knows what is replicated.
const schemasOf = ({ schemas }: Replication): string[] | undefined =>
  schemas === undefined || schemas.length === 0 || schemas.includes(undefined)
    ? undefined
    : items(schemas).map(([, schema]) => schema);

const DIRECTIONS: readonly ReplicationDirection[] = ['forward', 'reverse'];

// What is wrong in both directions is one mistake.
const isFirst = (one: Finding, index: number, all: readonly Finding[]): boolean =>
  all.findIndex((other) => findingText(other) === findingText(one)) === index;

/** What DMS loses of the declared tables, and what no mapping may hold, in either direction. */
const safeForTheData: Rule = ({ environment: { replication } }) => {
  if (replication === undefined) return [];
  const schemas = schemasOf(replication);
  const lint = (declared: readonly DeclaredTable[]): Finding[] =>
    DIRECTIONS.flatMap((direction) => {
      const excluded = excludedTables(replication);
      const mappings = tableMappings({ schemas: schemas ?? [], excludedTables: excluded, direction });
      return errorsOf(lintTableMappings(mappings, { direction, tables: declared }));
    }).filter(isFirst);
  const ofSchemas = schemas === undefined ? [] : lint([]);
  const tables = declaredTables(replication);
  const { lobMaxSizeKib } = replication;
  const isKnown = schemas !== undefined && ofSchemas.length === 0;
  const ofTables = errorsOf(lintTables(tables, { schemas: isKnown ? schemas : undefined, lobMaxSizeKib })).filter(
    ({ rule, value }) => !(rule === 'schema' && value === ''),
  );
  const inSchemas = tables.filter(({ schema, name }) => name !== '' && schemas?.includes(schema) === true);
  // A table of a replicated schema is left out only where an exclusion matches it.
  const leftOut = isKnown ? lint(inSchemas) : [];
  return [
    ...ofTables.map((found) => fromFinding({ ...found, path: ['tables', ...found.path] })),
    // Mappings are made from the schemas: that is where to mend them.
    ...ofSchemas.map((found) => fromFinding({ ...found, path: ['schemas'] })),
    ...leftOut.map((found) => fromFinding({ ...found, path: ['excludedTables'] })),
  ];
};

const excludedFromSchemas: Rule = ({ environment: { replication } }) => {
  const schemas = replication === undefined ? undefined : schemasOf(replication);
  return items(replication?.excludedTables).flatMap(([index, { schema }]) =>
    schemas === undefined || schema === undefined || schemas.includes(schema)
      ? []
      : [
          problem(
            ['replication', 'excludedTables', index, 'schema'],
            `must be a replicated schema: ${schemas.join(', ')}`,
            schema,
            'remove it: nothing of another schema is replicated',
          ),
        ],
  );
};

/** The rules of DMS, as its linter has them. */
export const replicationRules: readonly Rule[] = [somethingReplicated, safeForTheData, excludedFromSchemas];
