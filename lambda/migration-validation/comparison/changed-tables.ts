import type { Client } from 'pg';
import { localReason, type Selection, isSelected, tableText } from '../catalog/selection';
import type { NotCompared } from '../report/model';

/** What a table is at a moment: by its name, as everything else is. */
interface Shape {
  readonly schema: string;
  readonly name: string;
  readonly oid: string;
  readonly isPartition: boolean;
  readonly columns: string;
  /** Its partitions on every level. */
  readonly partitions: string;
}

/** The tables of a database at a moment, by their names. */
export type Shapes = ReadonlyMap<string, Shape>;

const SHAPES = `
  WITH RECURSIVE tree (root, oid) AS (
    SELECT c.oid, c.oid FROM pg_class AS c WHERE c.relkind = 'p'
    UNION ALL
    SELECT tree.root, i.inhrelid FROM tree JOIN pg_inherits AS i ON i.inhparent = tree.oid
  ), partitions AS (
    SELECT root, string_agg(oid::text, ',' ORDER BY oid) AS list FROM tree WHERE oid <> root GROUP BY root
  ), columns AS (
    SELECT attrelid, string_agg(attnum || ' ' || attname || ' ' || atttypid || ' ' || atttypmod, ',' ORDER BY attnum) AS list
    FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped GROUP BY attrelid
  )
  SELECT n.nspname AS schema, c.relname AS name, c.oid::text AS oid, c.relispartition AS "isPartition",
    md5(coalesce(columns.list, '')) AS columns, md5(coalesce(partitions.list, '')) AS partitions
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    LEFT JOIN columns ON columns.attrelid = c.oid LEFT JOIN partitions ON partitions.root = c.oid
  WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_'`;

/** Reads what tables there are and of what shape, in one statement. Any role may. */
export async function readShapes(client: Client, selection: Selection): Promise<Shapes> {
  const { rows } = await client.query<Shape>(SHAPES);
  const compared = rows.filter((table) => isSelected(table, selection) && localReason(table) === undefined);
  return new Map(compared.map((table) => [JSON.stringify([table.schema, table.name]), table]));
}

/**
 * What happened to tables while they were compared: their catalogs were read once, before any row was, so that rows of what
 * came later were not seen. What changes within a snapshot that holds locks is a table that appears.
 * @param before read before the catalogs
 * @param after read after the rows
 */
export function changedTables(side: string, before: Shapes, after: Shapes): NotCompared[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    const what = changeOf(was, is);
    const table = is ?? was;
    if (what === undefined || table === undefined) return [];
    return [{ object: tableText(table), reason: `on the ${side} ${what}; compare again`, asked: false }];
  });
}

function changeOf(was: Shape | undefined, is: Shape | undefined): string | undefined {
  // A partition is seen through its table.
  if (was === undefined) return is?.isPartition === false ? 'it appeared during the comparison' : undefined;
  if (is === undefined) return was.isPartition ? undefined : 'it disappeared during the comparison';
  if (was.oid !== is.oid) return 'another table took its place during the comparison';
  if (was.isPartition !== is.isPartition) return 'it was attached or detached as a partition during the comparison';
  if (was.columns !== is.columns) return 'its columns changed during the comparison';
  return was.partitions === is.partitions ? undefined : 'its partitions changed during the comparison';
}
