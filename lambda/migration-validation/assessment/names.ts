import { escapeIdentifier } from 'pg';

export interface Named {
  readonly schema: string;
  readonly name: string;
}

/** A name for people: `payments.entries`. */
export const label = ({ schema, name }: Named): string => `${schema}.${name}`;

/** Words that PostgreSQL takes for no name of a role, schema or column unless they are quoted, and that somebody may use. */
const RESERVED = new Set(
  `all analyse analyze and any array as asc both case cast check collate column constraint create current_date current_role
  current_time current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign
  from grant group having in initially intersect into leading limit localtime not null offset on only or order placing
  primary references returning select session_user some symmetric table then to trailing true union unique user using
  variadic when where window with none public`.split(/\s+/),
);

/** A name as SQL takes it, quoted where it must be. */
export const sqlWord = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED.has(name) ? name : escapeIdentifier(name);

/** The name of a table for SQL. */
export const sqlName = ({ schema, name }: Named): string => `${sqlWord(schema)}.${sqlWord(name)}`;

export const labelOfColumn = ({ column, ...named }: Named & { readonly column: string }): string =>
  `${label(named)}.${column}`;

/** What stands on a table, as `payments.entries: fence`. */
export const labelOnTable = ({ schema, name, table }: Named & { readonly table: string }): string =>
  `${schema}.${table}: ${name}`;

/** The name of the table that something stands on, for SQL. */
export const sqlTable = ({ schema, table }: { readonly schema: string; readonly table: string }): string =>
  sqlName({ schema, name: table });
