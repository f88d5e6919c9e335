import { localReason, parseTablePattern, tableText } from '../catalog/selection';
import type { TableName } from '../catalog/catalog';
import type { ComparisonRequest } from '../request';

/** What replication moves, and so what must be equal before a side is opened. */
export interface Replicated {
  readonly schemas: readonly string[];
  /** Tables of these schemas that stay local to their side. */
  readonly excludedTables: readonly TableName[];
}

type Scope = Pick<ComparisonRequest, 'schemas' | 'excludeTables'>;

/** Why an earlier comparison did not look at all that is replicated; undefined: it did. */
export function scopeProblem({ schemas, excludeTables = [] }: Scope, replicated: Replicated): string | undefined {
  const missing = schemas === undefined ? [] : replicated.schemas.filter((schema) => !schemas.includes(schema));
  const excluded = excludeTables.filter((pattern) => leavesOut(pattern, replicated));
  const left = [...missing.map((schema) => `the schema ${schema}`), ...excluded];
  return left.length === 0 ? undefined : `it left out what is replicated: ${left.join(', ')}`;
}

/** All that is replicated, where the earlier comparison looked at less: what it did not compare is then compared whole. */
export const coveringScope = (earlier: Scope, replicated: Replicated | undefined): Scope =>
  replicated === undefined || scopeProblem(earlier, replicated) === undefined
    ? { schemas: earlier.schemas, excludeTables: earlier.excludeTables }
    : { schemas: [...replicated.schemas], excludeTables: replicated.excludedTables.map(tableText) };

function leavesOut(pattern: string, { schemas, excludedTables }: Replicated): boolean {
  const { schema, name } = parseTablePattern(pattern);
  const isLocal = (table: TableName): boolean =>
    localReason(table) !== undefined ||
    excludedTables.some((each) => each.schema === table.schema && each.name === table.name);
  return schemas
    .filter((each) => schema === undefined || schema === each)
    .some((each) => name === undefined || !isLocal({ schema: each, name }));
}
