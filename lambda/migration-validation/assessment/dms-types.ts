/** What becomes of a type on the way from PostgreSQL to PostgreSQL through DMS. */
export type TypeFate =
  /** AWS's table lists it under "doesn't migrate". */
  | 'not-migrated'
  /** Carried as a text or a coarser type. */
  | 'partial'
  /** In no table: DMS makes a string of it, or fails. */
  | 'unlisted'
  | 'whole';

const bare = (baseType: string): string => baseType.replace(/\(.*?\)/g, '').trim();

const NOT_MIGRATED = new Set('inet macaddr macaddr8 tsvector tsquery line lseg box path circle'.split(' '));
const PARTIAL = new Set(['interval', 'time with time zone', 'xml', 'json', 'jsonb', 'money', 'bpchar', '"char"']);
/** Numbers and texts without a bound have rules of their own. */
const WHOLE = new Set([
  ...'smallint integer bigint numeric real character varying text bytea date boolean cidr uuid point polygon'.split(
    ' ',
  ),
  ...['double precision', 'character', 'character varying', 'bit', 'bit varying', 'time without time zone'],
  ...['timestamp without time zone', 'timestamp with time zone', 'name', 'oid', 'lo', 'citext', 'hstore'],
  ...['geometry', 'geography'],
]);

/**
 * What becomes of a type.
 * @param baseType below any domain, as the facts have it
 * @param kind pg_type.typtype
 * @see https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.PostgreSQL.html#CHAP_Source.PostgreSQL.Homogeneous
 */
export function typeFate(baseType: string, kind: string): TypeFate {
  // Enumerations, composites, ranges and multiranges.
  if (['e', 'c', 'r', 'm'].includes(kind)) return 'not-migrated';
  // An array is a LOB of its text, whatever it is of.
  if (baseType.endsWith('[]')) return 'whole';
  const name = bare(baseType);
  if (NOT_MIGRATED.has(name)) return 'not-migrated';
  if (PARTIAL.has(name)) return 'partial';
  return WHOLE.has(name) ? 'whole' : 'unlisted';
}
