import type { DeclaredColumn, DeclaredTable } from '../../constructs/replication/declared-table';
import { errorsOf, lintTableMappings, lintTables, type Finding } from '../../constructs/replication/lint';
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

/** What DMS loses of the declared tables, and what no mapping may hold. */
const safeForTheData: Rule = ({ environment: { replication } }) => {
  if (replication?.schemas === undefined) return [];
  const schemas = items(replication.schemas).map(([, schema]) => schema);
  const tables = declaredTables(replication);
  const ofTables = lintTables(tables, { schemas, lobMaxSizeKib: replication.lobMaxSizeKib });
  const mappings = tableMappings({ schemas, excludedTables: excludedTables(replication) });
  return [
    ...errorsOf(ofTables)
      .filter(({ rule, value }) => !(rule === 'schema' && value === ''))
      .map((found) => fromFinding({ ...found, path: ['tables', ...found.path] })),
    ...(schemas.length === 0
      ? []
      : // Mappings are made from the schemas: that is where to mend them.
        errorsOf(lintTableMappings(mappings, { tables })).map((found) => fromFinding({ ...found, path: ['schemas'] }))),
  ];
};

/** The rules of DMS, as its linter has them. */
export const replicationRules: readonly Rule[] = [safeForTheData];
