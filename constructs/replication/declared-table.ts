/** A column whose type matters to DMS. */
export interface DeclaredColumn {
  readonly name: string;
  /** The type as PostgreSQL prints it, for instance `numeric(12,2)` or `jsonb`. */
  readonly type: string;
  /**
   * For types that DMS handles as LOB: the longest value, in KiB (`max(octet_length(…)) / 1024`).
   * @default unknown
   */
  readonly longestValueKib?: number;
}

/** A replicated table, as far as the linter needs to know it. */
export interface DeclaredTable {
  readonly schema: string;
  readonly name: string;
  /** The columns of the primary key; empty without one. */
  readonly primaryKey: readonly string[];
  /** @default none is known */
  readonly columns?: readonly DeclaredColumn[];
}

/** The largest LOB that DMS copies in limited mode, in KiB. */
export const MAX_LOB_SIZE_KIB = 102_400;

/**
 * How DMS handles the types that it treats as LOB, and by how much `LobMaxSize` must exceed the longest value's bytes.
 * NCLOB counts each character as two bytes (four beyond the basic plane), so text of one-byte characters takes twice its
 * bytes.
 * @see https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.PostgreSQL.html#CHAP_Source-PostgreSQL-DataTypes
 */
const LOB_TYPES: readonly { readonly types: RegExp; readonly sizeFactor: number }[] = [
  { types: /^(text|citext|json|jsonb|hstore|.*\[\])$/, sizeFactor: 2 },
  { types: /^(bytea|xml|tsvector|tsquery|path|polygon)$/, sizeFactor: 1 },
];

/** A type in one spelling: lower case, single spaces, none around brackets and commas. */
export const normalizedType = (type: string): string =>
  type
    .trim()
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/\s*([(),[\]])\s*/g, '$1');

const sizeFactorOf = (type: string): number | undefined =>
  LOB_TYPES.find(({ types }) => types.test(normalizedType(type)))?.sizeFactor;

/** Whether DMS treats a column as LOB. */
export const isLob = ({ type }: DeclaredColumn): boolean => sizeFactorOf(type) !== undefined;

/** The least `LobMaxSize` (KiB) that copies every value of a column whole; undefined when it is no LOB or nothing is known. */
export function requiredLobSizeKib({ type, longestValueKib }: DeclaredColumn): number | undefined {
  const factor = sizeFactorOf(type);
  return factor === undefined || longestValueKib === undefined ? undefined : Math.ceil(longestValueKib * factor);
}
