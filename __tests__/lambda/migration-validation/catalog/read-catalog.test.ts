import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client } from 'pg';
import type { Catalog, Table } from '../../../../lambda/migration-validation/catalog/catalog';
import { readCatalog } from '../../../../lambda/migration-validation/catalog/read-catalog';
import { openSession } from '../../../../lambda/migration-validation/database/session';
import { withClient } from '../../../support/ledger-database';
import { type LocalPostgres, startPostgres } from '../../../support/postgres';
import { SHOP } from './shop';

describe.each([14, 16] as const)('the catalog of PostgreSQL %i', (major) => {
  let server: LocalPostgres;
  let client: Client;
  let catalog: Catalog;

  beforeAll(async () => {
    server = await startPostgres({ major });
    await withClient(server.superuser, (superuser) => superuser.query(SHOP));
    client = await openSession(server.superuser);
    catalog = await readCatalog(client, {});
  }, 60_000);
  afterAll(async () => {
    await client.end();
    await server.stop();
  });

  const table = (name: string, from: Catalog = catalog): Table => {
    const found = from.tables.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no table ${name}`);
    return found;
  };
  const column = (name: string, of = 'orders') => table(of).columns.find((one) => one.name === name);
  const index = (name: string, of = 'orders') => table(of).indexes.find((one) => one.name === name);

  test('lists tables once, partitioned ones without their partitions, whatever their names are', () => {
    expect(catalog.tables.map(({ schema, name, kind }) => `${schema}/${name}/${kind}`)).toEqual([
      'Odd "Names/T.a*b/ordinary',
      'elsewhere/scans/ordinary',
      'shop/cache/ordinary',
      'shop/child/ordinary',
      'shop/events/partitioned',
      'shop/orders/ordinary',
      'shop/parent/ordinary',
      'shop/refers/ordinary',
      'shop/uses/ordinary',
    ]);
    expect(catalog.serverVersion).toBeGreaterThanOrEqual(major * 10_000);
  });

  test('sums what partitions on every level hold', () => {
    const { estimatedRows, bytes, partitionKey, partitions } = table('events');
    expect([estimatedRows, partitionKey]).toEqual([3000, 'RANGE (at)']);
    expect(bytes).toBe(139_264);
    expect(partitions?.map(({ name, definition }) => [name, definition])).toEqual([
      ['events_1', "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')"],
      ['events_2', "FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (id)"],
      ['events_2_rest', 'DEFAULT'],
    ]);
  });

  test('tells columns with their types, the types below domains, what fills them and how they sort', () => {
    const c = { name: 'C', provider: 'libc', locale: 'C', deterministic: true };
    const ofDatabase = { ...c, name: 'default' };
    const plain = { nullable: true, generated: false };
    expect(table('orders').columns).toEqual([
      {
        ...{ name: 'id', type: 'bigint', baseType: 'int8', typeKind: 'b' },
        ...{ nullable: false, generated: false, identity: 'always' },
      },
      {
        ...{ name: 'number', type: 'integer', baseType: 'int4', typeKind: 'b', nullable: false, generated: false },
        default: "nextval('shop.orders_number_seq'::regclass)",
      },
      { name: 'code', type: 'shop.inner_code', baseType: 'varchar', typeKind: 'b', ...plain, collation: c },
      {
        ...{ name: 'status', type: 'shop.status', baseType: 'shop.status', typeKind: 'e', nullable: false },
        ...{ enumLabels: ['open', 'held', 'paid', 'shipped'], default: "'open'::shop.status", generated: false },
      },
      { name: 'amount', type: 'numeric(12,2)', baseType: 'numeric', typeKind: 'b', ...plain },
      {
        ...{ name: 'half', type: 'numeric', baseType: 'numeric', typeKind: 'b', nullable: true },
        ...{ default: '(amount / (2)::numeric)', generated: true },
      },
      { name: 'note', type: 'text', baseType: 'text', typeKind: 'b', ...plain, collation: c },
      { name: 'label', type: 'text', baseType: 'text', typeKind: 'b', ...plain, collation: ofDatabase },
      {
        ...{ name: 'email', type: 'elsewhere.citext', baseType: 'elsewhere.citext', typeKind: 'b' },
        ...{ ...plain, collation: ofDatabase },
      },
      { name: 'tags', type: 'text[]', baseType: '_text', typeKind: 'b', ...plain, collation: ofDatabase },
      {
        ...{ name: 'at', type: 'timestamp with time zone', baseType: 'timestamptz', typeKind: 'b', nullable: false },
        ...{ default: 'now()', generated: false },
      },
    ]);
    expect(column('at', 'events')?.correlation).toBe(1);
  });

  test('says of each index whether rows can be walked through by it', () => {
    expect(table('orders').primaryKey).toEqual({ name: 'orders_pkey', columns: ['id'] });
    expect(index('orders_pkey')).toEqual({
      name: 'orders_pkey',
      definition: 'CREATE UNIQUE INDEX orders_pkey ON shop.orders USING btree (id)',
      method: 'btree',
      ...{ unique: true, valid: true, columns: ['id'], partial: false, plainOrder: true, constraint: 'orders_pkey' },
    });
    expect(index('orders_status')).toMatchObject({ columns: ['status', 'number'], plainOrder: true });
    expect(index('orders_half')).toMatchObject({ plainOrder: false, unique: false });
    expect(index('orders_half')).not.toHaveProperty('columns');
    expect(index('orders_at')).toMatchObject({ columns: ['at'], plainOrder: false, partial: true });
    expect(index('orders_note')).toMatchObject({ columns: ['note'], plainOrder: false });
    expect(index('orders_label')).toMatchObject({ columns: ['label'], plainOrder: false });
    expect(index('orders_invalid')).toMatchObject({ unique: true, valid: false });
  });

  test('tells constraints, triggers with when they fire, rules, policies and grants', () => {
    const { constraints, triggers, policies, grants, rowSecurity, owner } = table('orders');
    expect(constraints.map(({ name, type, definition }) => `${type} ${name} ${definition}`)).toEqual([
      'c orders_amount_check CHECK ((amount > (0)::numeric))',
      'u orders_number_key UNIQUE (number)',
      'p orders_pkey PRIMARY KEY (id)',
    ]);
    expect(table('refers').constraints.map(({ definition }) => definition)).toEqual([
      'FOREIGN KEY (at, id) REFERENCES shop.events(at, id)',
    ]);
    expect(triggers.map(({ type, definition }) => `${type} ${definition.replace(/\s+/g, ' ')}`)).toEqual([
      'rule CREATE RULE keep AS ON DELETE TO shop.orders DO INSTEAD NOTHING; -- enabled',
      'trigger CREATE TRIGGER touch BEFORE UPDATE ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.touch() -- disabled',
    ]);
    expect(policies?.map(({ definition }) => definition)).toEqual([
      'PERMISSIVE FOR SELECT TO shop_app USING ((note = CURRENT_USER))',
    ]);
    expect(grants.map(({ grantee, privilege }) => `${grantee} ${privilege}`)).toEqual([
      'shop_app INSERT',
      'shop_app SELECT',
      'shop_reader SELECT (id)',
      'shop_reader UPDATE (note)',
    ]);
    expect([rowSecurity, owner]).toEqual([true, 'shop_owner']);
  });

  test('tells how a table is kept', () => {
    expect(table('cache')).toMatchObject({ persistence: 'unlogged', replicaIdentity: 'full', hasChildren: false });
    expect(table('parent')).toMatchObject({ persistence: 'permanent', replicaIdentity: 'default', hasChildren: true });
    expect(table('events').hasChildren).toBe(false);
  });

  test('takes in the functions that tables use, and those that these call', () => {
    expect(catalog.functions.map(({ schema, signature }) => `${schema}.${signature}`)).toEqual([
      'shop.helper(x integer)',
      'shop.touch()',
      'shop.twice(x integer)',
    ]);
    expect(catalog.functions[0]?.definition).toContain('SELECT x + 1');
    expect(catalog.functions[0]?.grants).toEqual([{ grantee: 'PUBLIC', privilege: 'EXECUTE' }]);
  });

  test('tells types that somebody made', () => {
    expect(catalog.types.map(({ kind, name, definition }) => `${kind} ${name}: ${definition}`)).toEqual([
      `domain code: character varying(10) COLLATE pg_catalog."C" NOT NULL CHECK (((VALUE)::text <> ''::text))`,
      'domain inner_code: shop.code CHECK ((length((VALUE)::text) > 2))',
      'composite pair: a integer, b text',
      "enum status: 'open', 'held', 'paid', 'shipped'",
    ]);
  });

  test('tells sequences with every column that they feed', () => {
    const feeds = Object.fromEntries(
      catalog.sequences.map(({ name, feeds: all = [] }) => [
        name,
        all.map((feed) => `${feed.name}.${feed.column}${feed.plain ? '' : ' by an expression'}`),
      ]),
    );
    expect(feeds).toEqual({
      loose: [],
      orders_id_seq: ['orders.id'],
      orders_number_seq: ['orders.number'],
      part_seq: ['events.id'],
      shared: ['uses.a', 'uses.c by an expression', 'uses.b'],
      used: [],
    });
    expect(catalog.sequences.find(({ name }) => name === 'loose')).toEqual({
      ...{ schema: 'shop', name: 'loose', dataType: 'smallint', start: '5', increment: '-1', min: '-10', max: '5' },
      ...{ cache: '3', cycle: true, lastValue: null, identity: false, owner: 'postgres', readable: true, grants: [] },
    });
    expect(catalog.sequences.find(({ name }) => name === 'used')?.lastValue).toBe('9007199254740993');
    expect(catalog.sequences.find(({ name }) => name === 'orders_id_seq')?.identity).toBe(true);
  });

  test('says what is no table and holds data', () => {
    expect(catalog.notTables).toEqual([
      { schema: 'shop', name: 'daily', kind: 'materialized view' },
      { schema: 'shop', name: 'outside', kind: 'foreign table' },
      { schema: '', name: 'large objects', kind: 'large objects', count: 1 },
    ]);
  });

  test('leaves out what was asked, and says so', async () => {
    const selection = {
      schemas: ['shop', 'Odd "Names'],
      excludeTables: ['shop.orders', '"Odd ""Names"."T.a*b"', '*.daily'],
    };
    const some = await readCatalog(client, selection);
    expect(some.tables.map(({ name }) => name)).toEqual(['cache', 'child', 'events', 'parent', 'refers', 'uses']);
    expect(some.sequences.map(({ name }) => name)).toEqual(['loose', 'part_seq', 'shared', 'used']);
    expect(some.notTables.map(({ name }) => name)).toEqual(['outside']);
    expect(some.excluded.map(({ object, reason }) => `${object}: ${reason}`)).toEqual([
      'awsdms_control.*: not among the schemas asked for: shop, Odd "Names',
      'elsewhere.*: not among the schemas asked for: shop, Odd "Names',
      'public.*: not among the schemas asked for: shop, Odd "Names',
      '"Odd ""Names"."T.a*b": left out as asked: "Odd ""Names"."T.a*b"',
      'shop.orders: left out as asked: shop.orders',
      'shop.daily: left out as asked: *.daily',
      'shop.orders_id_seq: left out as asked: shop.orders',
      'shop.orders_number_seq: left out as asked: shop.orders',
    ]);
    expect(catalog.excluded).toEqual([{ object: 'awsdms_control.*', reason: 'holds what DMS keeps for itself' }]);
  });

  test('counts large objects where a column can refer to one, whatever the schemas', async () => {
    const { notTables } = await readCatalog(client, { schemas: ['elsewhere'] });
    expect(notTables).toEqual([{ schema: '', name: 'large objects', kind: 'large objects', count: 1 }]);
  });

  test('lists a partition on its own where its table is in a schema that is left out', async () => {
    const { tables } = await readCatalog(client, { schemas: ['elsewhere'] });
    expect(tables.map(({ name, kind, bytes }) => [name, kind, bytes])).toEqual([
      ['events_2', 'partitioned', 49_152],
      ['scans', 'ordinary', 0],
    ]);
  });

  test('lists what the role may not read, and says that it may not', async () => {
    const app = await openSession({ ...server.superuser, user: 'shop_app', password: 'secret' });
    const seen = await readCatalog(app, {});
    await app.end();
    expect(seen.tables.map(({ name, readable }) => [name, readable])).toEqual([
      ['T.a*b', false],
      ['scans', false],
      ['cache', false],
      ['child', false],
      ['events', false],
      ['orders', true],
      ['parent', false],
      ['refers', false],
      ['uses', false],
    ]);
    expect(seen.sequences.map(({ readable, lastValue }) => [readable, lastValue])).toEqual(
      seen.sequences.map(() => [false, null]),
    );
    expect({ ...table('events', seen), readable: true, columns: [] }).toEqual({ ...table('events'), columns: [] });
  });

  test('reads in the transaction that it finds, and ends its own', async () => {
    await client.query('BEGIN READ ONLY');
    await readCatalog(client, {});
    expect(client.getTransactionStatus()).toBe('T');
    await client.query('ROLLBACK');
    await readCatalog(client, {});
    expect(client.getTransactionStatus()).toBe('I');
  });

  test('refuses a selection that selects nothing or PostgreSQL itself', async () => {
    await expect(readCatalog(client, { schemas: [] })).rejects.toThrow(
      'schemas must name at least one schema, got none; leave it out for all',
    );
    await expect(readCatalog(client, { schemas: ['shop', 'pg_catalog'] })).rejects.toThrow(
      "schemas must not name PostgreSQL's own, got pg_catalog",
    );
    await expect(readCatalog(client, { excludeTables: ['orders'] })).rejects.toThrow(/^excludeTables must be/);
  });
});
