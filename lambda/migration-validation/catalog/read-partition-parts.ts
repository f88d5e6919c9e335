import type { Definition } from './catalog';
import { definitions } from './read-definitions';
import { PARTITION_TREE } from './read-tables';
import type { Scope } from './scope';

/**
 * What partitions have of their own. What they have from their table is told with that: attached indexes, constraints and
 * triggers that are copies, columns that are filled as the table's.
 */
function partitionParts(version: number): string {
  // Before version 13 a copy of a trigger is known by what it depends on.
  const isOwnTrigger =
    version >= 130_000
      ? 't.tgparentid = 0'
      : `NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_trigger'::regclass AND d.objid = t.oid AND d.deptype = 'P')`;
  return `
    WITH RECURSIVE ${PARTITION_TREE}
    SELECT tree.root AS "table", concat_ws('.', part.relname, own.name) AS name, own.type, own.definition
    FROM tree JOIN pg_class AS part ON part.oid = tree.oid
    CROSS JOIN LATERAL (
      SELECT ic.relname AS name, 'index' AS type,
        pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' -- invalid' END AS definition
      FROM pg_index AS i JOIN pg_class AS ic ON ic.oid = i.indexrelid
      WHERE i.indrelid = part.oid AND NOT ic.relispartition
        AND NOT EXISTS (SELECT FROM pg_constraint AS con WHERE con.conindid = ic.oid AND con.conrelid = part.oid
          AND con.contype IN ('p', 'u', 'x'))
      UNION ALL
      SELECT con.conname, 'constraint', part.relname || ': ' || pg_get_constraintdef(con.oid)
      FROM pg_constraint AS con
      WHERE con.conrelid = part.oid AND con.contype IN ('p', 'u', 'f', 'c', 'x') AND con.conparentid = 0 AND con.conislocal
      UNION ALL
      SELECT t.tgname, 'trigger', pg_get_triggerdef(t.oid) || CASE t.tgenabled WHEN 'O' THEN '' ELSE ' -- ' || t.tgenabled::text END
      FROM pg_trigger AS t WHERE t.tgrelid = part.oid AND NOT t.tgisinternal AND ${isOwnTrigger}
      UNION ALL
      SELECT a.attname, 'column', concat_ws(' ', part.relname || ': ' || a.attname, CASE WHEN a.attnotnull THEN 'NOT NULL' END,
        'DEFAULT ' || pg_get_expr(ad.adbin, ad.adrelid))
      FROM pg_attribute AS a JOIN pg_attribute AS r ON r.attrelid = tree.root AND r.attname = a.attname
      LEFT JOIN pg_attrdef AS ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
      LEFT JOIN pg_attrdef AS rd ON rd.adrelid = r.attrelid AND rd.adnum = r.attnum
      WHERE a.attrelid = part.oid AND a.attnum > 0 AND NOT a.attisdropped AND (a.attnotnull <> r.attnotnull
        OR pg_get_expr(ad.adbin, ad.adrelid) IS DISTINCT FROM pg_get_expr(rd.adbin, rd.adrelid))
      UNION ALL
      SELECT NULL, 'table', part.relname || ': ' || nullif(concat_ws(', ', CASE WHEN part.relpersistence = 'u' THEN 'unlogged' END,
        CASE WHEN part.relreplident <> 'd' THEN 'replica identity ' || part.relreplident::text END), '')
    ) AS own
    WHERE tree.oid <> tree.root AND own.definition IS NOT NULL
    ORDER BY 1, 2, 3, 4`;
}

/** What the partitions of a table have that it has not. */
export const readPartitionParts = (scope: Scope): Promise<ReadonlyMap<number, readonly Definition[]>> =>
  definitions(scope, partitionParts(scope.version));
