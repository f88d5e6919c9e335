import type { Client } from 'pg';

/** What the readers of a catalog read of: one connection, and the tables by their object identifiers. */
export interface Scope {
  readonly client: Client;
  /** As a number: 140023. */
  readonly version: number;
  readonly tables: readonly number[];
}

/** Runs a statement over the tables of a scope, which it knows as `$1`, and groups what it finds by table. */
export async function byTable<Row extends { readonly table: number }>(
  { client, tables }: Scope,
  sql: string,
): Promise<ReadonlyMap<number, readonly Row[]>> {
  const { rows } = await client.query<Row>(sql, [tables]);
  return groupBy(rows, ({ table }) => table);
}

/** In the order in which they come. */
export function groupBy<Item, Group>(items: Iterable<Item>, groupOf: (item: Item) => Group): Map<Group, Item[]> {
  const groups = new Map<Group, Item[]>();
  for (const item of items) {
    const group = groupOf(item);
    const present = groups.get(group);
    if (present === undefined) groups.set(group, [item]);
    else present.push(item);
  }
  return groups;
}
