import type { Client } from 'pg';
import type { Feed, Sequence, TableName } from './catalog';
import { readGrants } from './read-definitions';
import { groupBy } from './scope';

/** The last value only where it may be read: the function is an error otherwise. It is null before the first call. */
const SEQUENCES = `
  SELECT c.oid, n.nspname AS schema, c.relname AS name, format_type(s.seqtypid, NULL) AS "dataType",
    s.seqstart::text AS start, s.seqincrement::text AS increment, s.seqmin::text AS min, s.seqmax::text AS max,
    s.seqcache::text AS cache, s.seqcycle AS cycle, pg_get_userbyid(c.relowner) AS owner,
    r.readable, CASE WHEN r.readable THEN pg_sequence_last_value(c.oid)::text END AS "lastValue",
    EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
      AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i') AS identity
  FROM pg_sequence AS s
  JOIN pg_class AS c ON c.oid = s.seqrelid
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL (SELECT has_schema_privilege(n.oid, 'USAGE')
    AND coalesce(has_sequence_privilege(c.oid, 'SELECT, USAGE'), false) AS readable) AS r
  WHERE c.relpersistence <> 't' AND n.nspname = ANY ($1::text[])
  ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`;

/**
 * Columns that own a sequence (a serial column, an identity) and columns whose default refers to one. A partition's column
 * counts as its table's.
 */
const FEEDS = `
  WITH RECURSIVE link (sequence, relation, attribute) AS (
    SELECT d.objid, d.refobjid, d.refobjsubid FROM pg_depend AS d
    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
      AND d.deptype IN ('a', 'i') AND d.objid = ANY ($1::oid[])
    UNION
    SELECT d.refobjid, ad.adrelid, ad.adnum FROM pg_depend AS d JOIN pg_attrdef AS ad ON ad.oid = d.objid
    WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = ANY ($1::oid[])
  ), up (sequence, relation, column_name, expression) AS (
    SELECT l.sequence, l.relation, a.attname::text,
      CASE WHEN a.attidentity = '' THEN pg_get_expr(ad.adbin, ad.adrelid) END
    FROM link AS l JOIN pg_attribute AS a ON a.attrelid = l.relation AND a.attnum = l.attribute
    LEFT JOIN pg_attrdef AS ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
    UNION
    SELECT up.sequence, i.inhparent, up.column_name, up.expression FROM up
    JOIN pg_class AS c ON c.oid = up.relation AND c.relispartition
    JOIN pg_inherits AS i ON i.inhrelid = c.oid
  )
  SELECT up.sequence, n.nspname AS schema, c.relname AS name, up.column_name AS column,
    bool_and(up.expression IS NULL OR up.expression ~ '^\\(?nextval\\(''.*''::regclass\\)\\)?(::(smallint|integer|bigint|numeric))?$')
      AS plain
  FROM up JOIN pg_class AS c ON c.oid = up.relation JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE NOT c.relispartition
  GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`;

/** Defaults that name their sequence in a text only: nextval('orders_seq'::text). PostgreSQL records no dependency. */
const BY_TEXT = `
  SELECT n.nspname AS schema, c.relname AS name, a.attname AS column, pg_get_expr(ad.adbin, ad.adrelid) AS expression
  FROM pg_attrdef AS ad
  JOIN pg_attribute AS a ON a.attrelid = ad.adrelid AND a.attnum = ad.adnum
  JOIN pg_class AS c ON c.oid = ad.adrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND pg_get_expr(ad.adbin, ad.adrelid) ~ 'nextval\\(.*::text'`;

interface SequenceRow extends Omit<Sequence, 'column' | 'feeds' | 'grants'> {
  readonly oid: number;
}

interface FeedRow extends Feed {
  readonly sequence: number;
}

/** The sequences of schemas, and what they feed. */
export async function readSequences(client: Client, version: number, schemas: readonly string[]): Promise<Sequence[]> {
  const { rows } = await client.query<SequenceRow>(SEQUENCES, [schemas]);
  const oids = rows.map(({ oid }) => oid);
  const feeds = groupBy((await client.query<FeedRow>(FEEDS, [oids])).rows, ({ sequence }) => sequence);
  const byText = (await client.query<Omit<Feed, 'plain'> & { readonly expression: string }>(BY_TEXT)).rows;
  const grants = await readGrants({ client, version, tables: oids });
  return rows.map(({ oid, ...row }) => {
    const recorded = (feeds.get(oid) ?? []).map(({ schema, name, column, plain }) => ({ schema, name, column, plain }));
    const named = byText
      .filter(({ expression }) => namesSequence(expression, row))
      .map(({ schema, name, column, expression }) => ({ schema, name, column, plain: isPlain(expression) }));
    const all = [...recorded, ...named];
    const [first] = all;
    return {
      ...row,
      ...(first === undefined
        ? {}
        : { column: { schema: first.schema, name: first.name, column: first.column }, feeds: all }),
      grants: grants.get(oid) ?? [],
    };
  });
}

const TEXT_NAME = /'((?:[^']|'')+)'::text/g;

/** Which schema an unqualified name means depends on who inserts: any that has a sequence of this name counts. */
function namesSequence(expression: string, { schema, name }: TableName): boolean {
  return [...expression.matchAll(TEXT_NAME)].some(([, text = '']) => {
    const parts = [...text.replaceAll("''", "'").matchAll(/"((?:[^"]|"")+)"|([^".]+)/g)].map(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain?.toLowerCase() ?? '',
    );
    return parts.at(-1) === name && (parts.length === 1 || parts.at(-2) === schema);
  });
}

const isPlain = (expression: string): boolean => /^nextval\(\(?'(?:[^']|'')+'::text\)?::regclass\)$/.test(expression);
