import { type Client, escapeIdentifier } from 'pg';
import { ExplainedError } from '../../runtime/error-fields';
import { type Direction, OPPOSITE } from '../replication';

/** The row that says who may write is local to its side, and each marker travels in its own direction only. */
const localTables = (direction: Direction): readonly string[] => [
  'writer_epoch',
  `drain_marker_${OPPOSITE[direction]}`,
];

const TABLES = `
  SELECT c.relname::text AS name,
    c.relreplident = 'f' OR EXISTS (
      SELECT FROM pg_index AS i
      WHERE i.indrelid = c.oid AND i.indisvalid AND CASE c.relreplident
        WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident ELSE false END
    ) AS identified
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND NOT c.relispartition
    AND c.relname <> ALL ($2)
  ORDER BY c.relname
`;

const PUBLISHED = `
  SELECT c.relname::text AS name
  FROM pg_publication AS p
  JOIN pg_publication_rel AS r ON r.prpubid = p.oid
  JOIN pg_class AS c ON c.oid = r.prrelid
  WHERE p.pubname = $1
  ORDER BY c.relname
`;

export interface Publication {
  readonly name: string;
  readonly schema: string;
  readonly direction: Direction;
}

/**
 * Publishes every table of the schema in one direction, and no other: repeated, it brings the publication up to date. It has to
 * be there before a slot is made, because changes are decoded with the catalogue as it was when they were made.
 * @throws ExplainedError when a table has nothing that identifies its rows: published, its UPDATE and DELETE would fail
 */
export async function ensurePublication(client: Client, { name, schema, direction }: Publication): Promise<void> {
  const tables = await client.query<{ name: string; identified: boolean }>(TABLES, [schema, localTables(direction)]);
  refuse(schema, tables.rows);
  const wanted = tables.rows.map((table) => table.name);
  const list = wanted.map((table) => `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`).join(', ');
  const { rows: exists } = await client.query('SELECT FROM pg_publication WHERE pubname = $1', [name]);
  if (exists.length === 0) {
    await client.query(`CREATE PUBLICATION ${escapeIdentifier(name)} FOR TABLE ${list}`);
    return;
  }
  const { rows: published } = await client.query<{ name: string }>(PUBLISHED, [name]);
  if (published.map((table) => table.name).join() === wanted.join()) return;
  await client.query(`ALTER PUBLICATION ${escapeIdentifier(name)} SET TABLE ${list}`);
}

export async function dropPublication(client: Client, name: string): Promise<void> {
  await client.query(`DROP PUBLICATION IF EXISTS ${escapeIdentifier(name)}`);
}

function refuse(schema: string, tables: readonly { readonly name: string; readonly identified: boolean }[]): void {
  if (tables.length === 0) {
    throw new ExplainedError(`the schema ${schema} must have tables to replicate, got none; migrate the schema first`);
  }
  const without = tables.filter(({ identified }) => !identified).map(({ name }) => name);
  if (without.length > 0) {
    throw new ExplainedError(
      `every replicated table of the schema ${schema} must have a primary key or another replica identity, got none for ${without.join(', ')}; give them one`,
    );
  }
}
