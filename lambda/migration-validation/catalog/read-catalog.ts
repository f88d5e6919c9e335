import type { Client } from 'pg';
import type { Catalog, Excluded, Grant, Schema, Sequence, Table } from './catalog';
import { readColumns } from './read-columns';
import {
  grantsFrom,
  readConstraints,
  readGrants,
  readPartitions,
  readPolicies,
  readReadable,
  readTriggers,
} from './read-definitions';
import { readFunctions } from './read-functions';
import { readIndexes } from './read-indexes';
import { readSequences } from './read-sequences';
import { readPartitionParts } from './read-partition-parts';
import { readLargeObjects, readNotTables, readSizes, readTables, type TableHead } from './read-tables';
import { readTypes } from './read-types';
import { groupBy, type Scope } from './scope';
import {
  exclusion,
  isSchemaSelected,
  isSystemSchema,
  parseTablePattern,
  schemaExclusion,
  type Selection,
  tableText,
} from './selection';

/** How often the catalog is read again when something was dropped in the midst of it. */
const TRIES = 3;

/**
 * Reads what a database's system catalogs say of the selected schemas, of one moment. Any role may: what it may not read of
 * the data is listed all the same, with `readable: false`. For PostgreSQL 11 to 18.
 * @param client from `openSession`: names are printed with their schema because of its search_path. In a transaction it
 * reads in that; else in one of its own
 * @throws Error when the selection is not one, or what the server reports
 */
export async function readCatalog(client: Client, selection: Selection): Promise<Catalog> {
  requireSelection(selection);
  // In a transaction of the caller an error ends that: it is his to begin again.
  if (client.getTransactionStatus() === 'T') return read(client, selection);
  for (let tries = 1; ; tries += 1) {
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    try {
      const catalog = await read(client, selection);
      await client.query('COMMIT');
      return catalog;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      if (tries === TRIES || !isOfSomethingDropped(error)) throw error;
    }
  }
}

/** Functions such as pg_get_indexdef see what is there now, whatever the snapshot. */
const isOfSomethingDropped = (error: unknown): boolean =>
  ['XX000', '42P01', '42704', '42883'].includes((error as { readonly code?: string }).code ?? '');

function requireSelection({ schemas, excludeTables = [] }: Selection): void {
  excludeTables.forEach(parseTablePattern);
  if (schemas === undefined) return;
  if (schemas.length === 0) throw new Error('schemas must name at least one schema, got none; leave it out for all');
  const system = schemas.filter(isSystemSchema);
  if (system.length > 0) throw new Error(`schemas must not name PostgreSQL's own, got ${system.join(', ')}`);
}

async function read(client: Client, selection: Selection): Promise<Catalog> {
  const version = await readVersion(client);
  const all = await readSchemas(client);
  const schemas = all.filter(({ name }) => isSchemaSelected(name, selection));
  const names = schemas.map(({ name }) => name);
  const found = await readTables(client, names);
  const heads = found.filter((table) => exclusion(table, selection) === undefined);
  const scope = { client, version, tables: heads.map(({ oid }) => oid) };
  const tables = await assemble(scope, heads);
  const sequences = await readSequences(client, version, names);
  const excludedOwner = ({ column }: Sequence) => (column === undefined ? undefined : exclusion(column, selection));
  const notTables = await readNotTables(client, names);
  return {
    serverVersion: version,
    schemas,
    missingSchemas: (selection.schemas ?? []).filter((name) => !names.includes(name)),
    tables,
    sequences: sequences.filter((sequence) => excludedOwner(sequence) === undefined),
    ...(await readFunctions(scope, names)),
    types: await readTypes(scope, names),
    notTables: [
      ...notTables.filter((name) => exclusion(name, selection) === undefined),
      ...(mayHoldLargeObjects(tables, selection) ? await readLargeObjects(client) : []),
    ],
    roles: await readRoles(client),
    excluded: [
      ...all.flatMap(({ name }) => excluded(`${name}.*`, schemaExclusion(name, selection))),
      ...found.flatMap((table) => excluded(tableText(table), exclusion(table, selection))),
      ...notTables.flatMap((name) => excluded(tableText(name), exclusion(name, selection))),
      ...sequences.flatMap((sequence) => excluded(tableText(sequence), excludedOwner(sequence))),
    ],
  };
}

/** Large objects are in no schema: where schemas were asked for, they belong to them if a column can refer to one. */
const mayHoldLargeObjects = (tables: readonly Table[], { schemas }: Selection): boolean =>
  schemas === undefined || tables.some(({ columns }) => columns.some(({ baseType }) => baseType === 'oid'));

const excluded = (object: string, reason: string | undefined): Excluded[] =>
  reason === undefined ? [] : [{ object, reason }];

async function assemble(scope: Scope, heads: readonly TableHead[]): Promise<Table[]> {
  const sizes = await readSizes(scope);
  const columns = await readColumns(scope);
  const indexes = await readIndexes(scope);
  const constraints = await readConstraints(scope);
  const triggers = await readTriggers(scope);
  const policies = await readPolicies(scope);
  const partitions = await readPartitions(scope);
  const ofPartitions = await readPartitionParts(scope);
  const grants = await readGrants(scope);
  const readable = await readReadable(scope);
  return heads.map(({ oid, ...head }) => ({
    ...head,
    columns: columns.get(oid) ?? [],
    ...(indexes.get(oid) ?? { indexes: [] }),
    constraints: constraints.get(oid) ?? [],
    triggers: triggers.get(oid) ?? [],
    policies: policies.get(oid) ?? [],
    partitions: partitions.get(oid) ?? [],
    ofPartitions: ofPartitions.get(oid) ?? [],
    grants: grants.get(oid) ?? [],
    readable: readable.get(oid) ?? false,
    ...(sizes.get(oid) ?? { bytes: 0, estimatedRows: head.kind === 'partitioned' ? 0 : -1 }),
  }));
}

async function readVersion(client: Client): Promise<number> {
  const { rows } = await client.query<{ readonly version: number }>(
    `SELECT current_setting('server_version_num')::int AS version`,
  );
  return rows[0]?.version ?? 0;
}

async function readRoles(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ readonly name: string }>(
    'SELECT rolname AS name FROM pg_roles ORDER BY rolname',
  );
  return rows.map(({ name }) => name);
}

const SCHEMAS = `
  SELECT n.oid, n.nspname AS name, pg_get_userbyid(n.nspowner) AS owner FROM pg_namespace AS n
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY n.nspname COLLATE "C"`;

const SCHEMA_GRANTS = `${grantsFrom('(SELECT oid, nspowner AS owner, nspacl AS acl FROM pg_namespace) AS o')} ORDER BY 1, 2, 3`;

async function readSchemas(client: Client): Promise<Schema[]> {
  const { rows } = await client.query<{ readonly oid: number; readonly name: string; readonly owner: string }>(SCHEMAS);
  const grants = groupBy(
    (await client.query<Grant & { readonly table: number }>(SCHEMA_GRANTS)).rows,
    ({ table }) => table,
  );
  return rows.map(({ oid, name, owner }) => ({
    name,
    owner,
    grants: (grants.get(oid) ?? []).map(({ grantee, privilege }) => ({ grantee, privilege })),
  }));
}
