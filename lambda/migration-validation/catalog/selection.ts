import type { TableName } from './catalog';

/** What of a database is compared. */
export interface Selection {
  /** Names of schemas. @default all but PostgreSQL's own and the one that DMS keeps its tables in */
  readonly schemas?: readonly string[];
  /**
   * Tables to leave out: `schema.table`, `schema.*` or `*.table`. A name with a dot or a star in it stands in double quotes.
   * @default none
   */
  readonly excludeTables?: readonly string[];
}

/** A pattern of tables; undefined: whatever name. */
export interface TablePattern {
  readonly schema?: string;
  readonly name?: string;
}

/** Where DMS keeps its own tables, on the side it writes. */
const CONTROL_SCHEMA = 'awsdms_control';

/**
 * Tables of the ledger that say something of their own side, and differ rightly. Their definitions are compared, their rows
 * are not. Another schema's table of the same name is none of them.
 */
export const LOCAL_TABLES: readonly (TableName & { readonly reason: string })[] = [
  { schema: 'payments', name: 'writer_epoch', reason: 'says whether its own side may be written' },
  { schema: 'payments', name: 'drain_marker_forward', reason: 'marks when its own side was drained' },
  { schema: 'payments', name: 'drain_marker_reverse', reason: 'marks when its own side was drained' },
  { schema: 'ledger_control', name: 'migrations', reason: 'says when its own side got its schema' },
  { schema: 'migration_control', name: 'executor_token', reason: 'says which execution moved its own side last' },
];

const PART = '("(?:[^"]|"")+"|[^".]+)';
const PATTERN = new RegExp(`^${PART}\\.${PART}$`, 's');

/** @throws Error when the text is no pattern of tables */
export function parseTablePattern(text: string): TablePattern {
  const [, schema, name] = PATTERN.exec(text) ?? [];
  const parts = [schema, name].map((part) => (part === undefined ? undefined : unquoted(part)));
  if (schema === undefined || name === undefined || parts.includes(undefined) || (schema === '*' && name === '*')) {
    throw new Error(
      `excludeTables must be schema.table, schema.* or *.table, got ${text}; put a name with a dot or a star in double quotes`,
    );
  }
  return {
    ...(schema === '*' ? {} : { schema: parts[0] }),
    ...(name === '*' ? {} : { name: parts[1] }),
  };
}

/** @returns undefined for a part that is neither a star alone, nor quoted, nor a name without one */
function unquoted(part: string): string | undefined {
  if (part.startsWith('"')) return part.slice(1, -1).replaceAll('""', '"');
  return part === '*' || !part.includes('*') ? part : undefined;
}

/** Why a selection leaves a table out; undefined: it does not. The schema is not looked at. */
export function exclusion(table: TableName, { excludeTables = [] }: Selection): string | undefined {
  const pattern = excludeTables.find((text) => {
    const { schema = table.schema, name = table.name } = parseTablePattern(text);
    return schema === table.schema && name === table.name;
  });
  return pattern === undefined ? undefined : `left out as asked: ${pattern}`;
}

/** Whether a schema's tables are compared. */
export const isSchemaSelected = (schema: string, { schemas }: Selection): boolean =>
  schemas === undefined ? !isSystemSchema(schema) && schema !== CONTROL_SCHEMA : schemas.includes(schema);

/** Whether a schema is PostgreSQL's own: its names are reserved. */
export const isSystemSchema = (schema: string): boolean => schema.startsWith('pg_') || schema === 'information_schema';

/** Why a schema is not compared; undefined: it is, or it is PostgreSQL's own. */
export function schemaExclusion(schema: string, selection: Selection): string | undefined {
  if (isSystemSchema(schema) || isSchemaSelected(schema, selection)) return undefined;
  return selection.schemas === undefined
    ? 'holds what DMS keeps for itself'
    : `not among the schemas asked for: ${selection.schemas.join(', ')}`;
}

/** Whether a table's definition is compared. */
export const isSelected = (table: TableName, selection: Selection): boolean =>
  isSchemaSelected(table.schema, selection) && exclusion(table, selection) === undefined;

/** Why a table's rows are never compared; undefined: they are. */
export function localReason({ schema, name }: TableName): string | undefined {
  return LOCAL_TABLES.find((table) => table.schema === schema && table.name === name)?.reason;
}

/** A table as messages name it: no two have one text. */
export const tableText = ({ schema, name }: TableName): string => `${unambiguous(schema)}.${unambiguous(name)}`;

/** A dot in a name could be the one between two names. */
const unambiguous = (name: string): string => (/[."]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);
