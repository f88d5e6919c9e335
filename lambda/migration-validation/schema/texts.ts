import type { Collation, Column, Index, Sequence, Table } from '../catalog/catalog';

/** A column as a definition says it, without its name. */
export function columnText({ type, nullable, collation, ...column }: Column): string {
  const parts = [
    type,
    collation === undefined || collation.name === 'default' ? undefined : `COLLATE ${collationText(collation)}`,
    nullable ? undefined : 'NOT NULL',
    fillText(column),
  ];
  return parts.filter((part) => part !== undefined).join(' ');
}

function fillText({ identity, generated, virtual = false, ...column }: Partial<Column>): string | undefined {
  if (identity !== undefined) return `GENERATED ${identity.toUpperCase()} AS IDENTITY`;
  if (column.default === undefined) return undefined;
  return generated === true
    ? `GENERATED ALWAYS AS ${column.default} ${virtual ? 'VIRTUAL' : 'STORED'}`
    : `DEFAULT ${column.default}`;
}

/**
 * A collation by what it does: one name may stand for two orders. Versions of the libraries are no part of a definition;
 * the assessment judges them.
 */
export function collationText({ name, ...collation }: Collation): string {
  if (isByteOrder(collation.locale)) return name === collation.locale ? name : `${name} (C)`;
  const order = orderText(collation);
  return collation.deterministic ? `${name} (${order})` : `${name} (${order}, not deterministic)`;
}

/** Who orders, and in which locale: `libc en_US.utf8`. C is C, whoever provides it. */
export const orderText = ({ provider, locale }: Pick<Collation, 'provider' | 'locale'>): string =>
  isByteOrder(locale) ? 'C' : `${provider} ${locale.replace(/utf-?8$/i, 'utf8')}`;

const isByteOrder = (locale: string): boolean => locale === 'C' || locale === 'POSIX';

const INDEX_HEAD = /^(CREATE (?:UNIQUE )?INDEX )(?:"(?:[^"]|"")*"|[^ ]+) ON (?:ONLY )?/;

/** An index without its name, and whether it can be used. */
export const indexText = ({ definition, valid }: Pick<Index, 'definition' | 'valid'>): string =>
  `${definition.replace(INDEX_HEAD, '$1ON ')}${valid ? '' : ' -- invalid'}`;

/** What a table is by itself. */
export const tableKindText = ({ kind, partitionKey = '', persistence, inherits = [] }: Table): string =>
  [
    persistence === 'unlogged' ? 'unlogged table' : 'table',
    ...(kind === 'partitioned' ? [`partitioned by ${partitionKey}`] : []),
    // Whoever reads the other table reads the rows of this one too.
    ...(inherits.length === 0 ? [] : [`inherits ${inherits.join(', ')}`]),
  ].join(' ');

export const sequenceText = ({ dataType, start, increment, min, max, cache, cycle }: Sequence): string =>
  `${dataType} START ${start} INCREMENT ${increment} MINVALUE ${min} MAXVALUE ${max} CACHE ${cache}${cycle ? ' CYCLE' : ''}`;
