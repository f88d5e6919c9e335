import type { Catalog, Column, Sequence, Table } from '../../../lambda/migration-validation/catalog/catalog';

/** An empty catalog, with what a test puts into it. */
export const catalogOf = (parts: Partial<Catalog> = {}): Catalog => ({
  serverVersion: 140_000,
  ...{ schemas: [], tables: [], sequences: [], functions: [], notTables: [], types: [], roles: [], excluded: [] },
  ...parts,
});

/** A table `shop.orders` without anything. */
export const tableOf = (parts: Partial<Table> = {}): Table => ({
  ...{ schema: 'shop', name: 'orders', kind: 'ordinary', columns: [], indexes: [], constraints: [], triggers: [] },
  ...{ grants: [], estimatedRows: 0, bytes: 0, owner: 'shop_owner', replicaIdentity: 'default', rowSecurity: false },
  ...{ persistence: 'permanent', hasChildren: false },
  ...parts,
});

/** A column `id bigint NOT NULL`. */
export const columnOf = (parts: Partial<Column> = {}): Column => ({
  ...{ name: 'id', type: 'bigint', baseType: 'int8', typeKind: 'b', nullable: false, generated: false },
  ...parts,
});

/** A sequence `shop.orders_id_seq` that nothing uses. */
export const sequenceOf = (parts: Partial<Sequence> = {}): Sequence => ({
  ...{ schema: 'shop', name: 'orders_id_seq', dataType: 'bigint', start: '1', increment: '1', min: '1' },
  ...{ max: '9223372036854775807', cache: '1', cycle: false, lastValue: null, identity: false },
  ...parts,
});
