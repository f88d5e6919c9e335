/**
 * How DMS handles the types that it treats as LOB, and by how much `LobMaxSize` must exceed the longest value's bytes.
 * The same as constructs/replication/declared-table.ts says; a test compares them.
 * @see https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.PostgreSQL.html#CHAP_Source-PostgreSQL-DataTypes
 */
const LOB_TYPES: readonly { readonly types: RegExp; readonly sizeFactor: number }[] = [
  { types: /^(text|citext|json|jsonb|hstore|.*\[\])$/, sizeFactor: 2 },
  { types: /^(bytea|xml|tsvector|tsquery|path|polygon)$/, sizeFactor: 1 },
];

/** By how much `LobMaxSize` must exceed a type's longest value; undefined where DMS does not handle it as LOB. */
export const lobSizeFactor = (baseType: string): number | undefined =>
  LOB_TYPES.find(({ types }) => types.test(baseType))?.sizeFactor;

/** The least `LobMaxSize`, in KiB, that copies a value of so many bytes whole. */
export const lobSizeKib = (baseType: string, bytes: number): number =>
  Math.ceil((bytes * (lobSizeFactor(baseType) ?? 1)) / 1024);
