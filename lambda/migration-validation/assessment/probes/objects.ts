import type { Client } from 'pg';
import type { ObjectFacts } from '../facts-model';
import { CONTROL_SCHEMA, rowOf, rowsOf, SELECTED_TABLE, type Selection, selectionValues, WRITER_EPOCH } from './probe';

const FROM_TABLES = 'pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace';

const SEQUENCES = `
  SELECT n.nspname AS schema, c.relname AS name,
    CASE WHEN has_schema_privilege(n.oid, 'USAGE') AND has_sequence_privilege(c.oid, 'SELECT')
      THEN pg_sequence_last_value(c.oid)::text END AS "lastValue",
    EXISTS (
      SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i'
    ) AS identity
  FROM ${FROM_TABLES} WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND ${SELECTED_TABLE} ORDER BY 1, 2`;

const TRIGGERS = `
  SELECT n.nspname AS schema, t.tgname AS name, c.relname AS table, t.tgenabled::text AS enabled, p.proname AS function
  FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_proc AS p ON p.oid = t.tgfoid
  WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND c.relkind IN ('r', 'p') AND ${SELECTED_TABLE} ORDER BY 1, 3, 2`;

const FOREIGN_KEYS = `
  SELECT n.nspname AS schema, k.conname AS name, c.relname AS table
  FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE k.contype = 'f' AND ${SELECTED_TABLE} ORDER BY 1, 3, 2`;

const RULES = `
  SELECT n.nspname AS schema, w.rulename AS name, c.relname AS table
  FROM pg_rewrite AS w JOIN pg_class AS c ON c.oid = w.ev_class JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND w.ev_enabled <> 'D' AND ${SELECTED_TABLE} ORDER BY 1, 3, 2`;

const EVENT_TRIGGERS = `
  SELECT evtname AS name, evtenabled::text AS enabled FROM pg_event_trigger AS v
  WHERE evtenabled <> 'D' AND NOT EXISTS (
    SELECT FROM pg_depend AS d WHERE d.classid = 'pg_event_trigger'::regclass AND d.objid = v.oid AND d.deptype = 'e'
  ) ORDER BY evtname`;

const MATERIALIZED_VIEWS = `
  SELECT n.nspname AS schema, c.relname AS name FROM ${FROM_TABLES} WHERE c.relkind = 'm' AND ${SELECTED_TABLE} ORDER BY 1, 2`;

const INDEXES = `
  SELECT n.nspname AS schema, x.relname AS name, c.relname AS table,
    i.indisunique AND pg_get_indexdef(i.indexrelid) ~* 'coalesce\\s*\\(' AS coalesced, i.indisprimary AS "primary"
  FROM pg_index AS i JOIN pg_class AS x ON x.oid = i.indexrelid
  JOIN pg_class AS c ON c.oid = i.indrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE ${SELECTED_TABLE} ORDER BY 1, 3, 2`;

/**
 * Tables with a plain btree index, valid, whole and unique, over columns that are never null and order alike on any server:
 * numbers, times, uuid, bytes, and text in the collation C.
 */
const RANGEABLE = `
  SELECT DISTINCT n.nspname AS schema, c.relname AS name
  FROM pg_index AS i JOIN pg_class AS x ON x.oid = i.indexrelid JOIN pg_am AS m ON m.oid = x.relam
  JOIN pg_class AS c ON c.oid = i.indrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE m.amname = 'btree' AND i.indisvalid AND i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL
    AND NOT EXISTS (
      SELECT FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, position)
      JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.attnum
      JOIN pg_type AS t ON t.oid = a.atttypid
      LEFT JOIN pg_collation AS o ON o.oid = a.attcollation
      WHERE k.position <= i.indnkeyatts AND (
        NOT a.attnotnull
        OR t.typname NOT IN ('int2', 'int4', 'int8', 'oid', 'numeric', 'bool', 'date', 'time', 'timetz', 'timestamp',
          'timestamptz', 'interval', 'uuid', 'bytea', 'inet', 'cidr', 'macaddr', 'char', 'name', 'text', 'varchar',
          'bpchar', 'float4', 'float8')
        OR (a.attcollation <> 0 AND NOT CASE
          WHEN o.collprovider = 'd' THEN (SELECT datcollate IN ('C', 'POSIX') FROM pg_database WHERE datname = current_database())
          ELSE o.collcollate IN ('C', 'POSIX') END IS TRUE)
      )
    ) AND ${SELECTED_TABLE} ORDER BY 1, 2`;

const LARGE_OBJECTS = `
  SELECT count(*)::int AS "largeObjects" FROM (SELECT FROM pg_largeobject_metadata LIMIT 1000000) AS counted`;

const PUBLICATIONS = `
  SELECT p.pubname AS name, p.puballtables AS "allTables",
    array_remove(ARRAY[CASE WHEN NOT pubinsert THEN 'insert' END, CASE WHEN NOT pubupdate THEN 'update' END,
      CASE WHEN NOT pubdelete THEN 'delete' END], NULL) AS "leavesOut",
    EXISTS (
      SELECT FROM pg_publication_tables AS t WHERE t.pubname = p.pubname AND t.tablename = '${WRITER_EPOCH}'
    ) AS "writerEpoch"
  FROM pg_publication AS p ORDER BY p.pubname`;

const SUBSCRIPTIONS = `
  SELECT subname AS name FROM pg_subscription
  WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND subenabled ORDER BY subname`;

const DMS_TABLES = `
  SELECT n.nspname AS schema, c.relname AS name, n.nspname = '${CONTROL_SCHEMA}' AS "inControlSchema",
    c.relname ~ '^awsdms_' AS named
  FROM ${FROM_TABLES}
  WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND (n.nspname = '${CONTROL_SCHEMA}') <> (c.relname ~ '^awsdms_')
  ORDER BY 1, 2`;

/** Whatever schemas are asked for: the fence of each asks this one. */
const WRITER_EPOCHS = `
  SELECT n.nspname AS schema FROM ${FROM_TABLES} WHERE c.relkind = 'r' AND c.relname = '${WRITER_EPOCH}' ORDER BY 1`;

type Name = ObjectFacts['materializedViews'][number];
type OnTable = ObjectFacts['foreignKeys'][number];

/** Reads what else is in the selected schemas and the database. */
export async function readObjects(client: Client, selection: Selection): Promise<ObjectFacts> {
  const values = selectionValues(selection);
  const indexes = await rowsOf<OnTable & { readonly coalesced: boolean; readonly primary: boolean }>(
    client,
    INDEXES,
    values,
  );
  const dms = await rowsOf<Name & { readonly inControlSchema: boolean }>(client, DMS_TABLES);
  const { largeObjects } = await rowOf<{ largeObjects: number }>(client, LARGE_OBJECTS);
  const nameOf = ({ schema, name }: Name): Name => ({ schema, name });
  const onTable = ({ schema, name, table }: OnTable): OnTable => ({ schema, name, table });
  return {
    sequences: await rowsOf(client, SEQUENCES, values),
    triggers: await rowsOf(client, TRIGGERS, values),
    foreignKeys: await rowsOf(client, FOREIGN_KEYS, values),
    rules: await rowsOf(client, RULES, values),
    eventTriggers: await rowsOf(client, EVENT_TRIGGERS),
    materializedViews: await rowsOf(client, MATERIALIZED_VIEWS, values),
    coalesceIndexes: indexes.filter(({ coalesced }) => coalesced).map(onTable),
    secondaryIndexes: indexes.filter(({ primary }) => !primary).map(onTable),
    largeObjects,
    publications: await rowsOf(client, PUBLICATIONS),
    subscriptions: (await rowsOf<{ name: string }>(client, SUBSCRIPTIONS)).map(({ name }) => name),
    dmsTables: dms.filter(({ inControlSchema }) => !inControlSchema).map(nameOf),
    strangersInControlSchema: dms.filter(({ inControlSchema }) => inControlSchema).map(nameOf),
    rangeable: await rowsOf(client, RANGEABLE, values),
    writerEpochs: (await rowsOf<{ schema: string }>(client, WRITER_EPOCHS)).map(({ schema }) => schema),
  };
}
