/** A schema with one of everything that a catalog tells, for servers from version 14 on. */
export const SHOP = `
  CREATE ROLE shop_owner; CREATE ROLE shop_app LOGIN PASSWORD 'secret'; CREATE ROLE shop_reader;
  CREATE SCHEMA shop; CREATE SCHEMA "Odd ""Names"; CREATE SCHEMA elsewhere; CREATE SCHEMA awsdms_control;
  GRANT USAGE ON SCHEMA shop TO shop_app;
  CREATE EXTENSION citext SCHEMA elsewhere;
  CREATE TYPE shop.status AS ENUM ('open', 'paid', 'shipped');
  ALTER TYPE shop.status ADD VALUE 'held' BEFORE 'paid';
  CREATE TYPE shop.pair AS (a int, b text);
  CREATE DOMAIN shop.code AS varchar(10) COLLATE "C" NOT NULL CHECK (VALUE <> '');
  CREATE DOMAIN shop.inner_code AS shop.code CHECK (length(VALUE) > 2);
  CREATE FUNCTION shop.helper(x int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT x + 1';
  CREATE FUNCTION shop.twice(x int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT shop.helper(x) * 2';
  CREATE FUNCTION shop.unused() RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TABLE shop.orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    gone int,
    number serial NOT NULL UNIQUE,
    code shop.inner_code,
    status shop.status NOT NULL DEFAULT 'open',
    amount numeric(12,2) CHECK (amount > 0),
    half numeric GENERATED ALWAYS AS (amount / 2) STORED,
    note text COLLATE "C",
    label text,
    email elsewhere.citext,
    tags text[],
    at timestamptz NOT NULL DEFAULT now()
  );
  ALTER TABLE shop.orders DROP COLUMN gone;
  CREATE INDEX orders_half ON shop.orders (shop.twice(number));
  CREATE INDEX orders_at ON shop.orders (at DESC) WHERE status = 'open';
  CREATE UNIQUE INDEX orders_status ON shop.orders (status, number) INCLUDE (note);
  CREATE INDEX orders_note ON shop.orders (note text_pattern_ops);
  CREATE INDEX orders_label ON shop.orders (label COLLATE "C");
  CREATE TRIGGER touch BEFORE UPDATE ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.touch();
  ALTER TABLE shop.orders DISABLE TRIGGER touch;
  CREATE RULE keep AS ON DELETE TO shop.orders DO INSTEAD NOTHING;
  ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON shop.orders FOR SELECT TO shop_app USING (note = CURRENT_USER);
  ALTER TABLE shop.orders OWNER TO shop_owner;
  GRANT SELECT, INSERT ON shop.orders TO shop_app;
  GRANT UPDATE (note), SELECT (id) ON shop.orders TO shop_reader;
  CREATE TABLE shop.events (at date NOT NULL, id int NOT NULL, body text, PRIMARY KEY (at, id)) PARTITION BY RANGE (at);
  CREATE TABLE shop.events_1 PARTITION OF shop.events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
  CREATE TABLE elsewhere.events_2 PARTITION OF shop.events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (id);
  CREATE TABLE shop.events_2_rest PARTITION OF elsewhere.events_2 DEFAULT;
  CREATE SEQUENCE shop.part_seq;
  ALTER TABLE shop.events_2_rest ALTER COLUMN id SET DEFAULT nextval('shop.part_seq');
  CREATE TABLE shop.refers (at date, id int, FOREIGN KEY (at, id) REFERENCES shop.events);
  INSERT INTO shop.events SELECT '2024-01-01', n, 'x' FROM generate_series(1, 2000) AS n;
  INSERT INTO shop.events SELECT '2025-01-01', n, 'x' FROM generate_series(1, 1000) AS n;
  CREATE TABLE shop.parent (id int PRIMARY KEY);
  CREATE TABLE shop.child () INHERITS (shop.parent);
  CREATE UNLOGGED TABLE shop.cache (key text PRIMARY KEY);
  ALTER TABLE shop.cache REPLICA IDENTITY FULL;
  CREATE TABLE "Odd ""Names"."T.a*b" ("Col ""1" int PRIMARY KEY);
  CREATE TABLE awsdms_control.status (id int);
  CREATE SEQUENCE shop.loose AS smallint START 5 INCREMENT -1 MINVALUE -10 MAXVALUE 5 CACHE 3 CYCLE;
  CREATE SEQUENCE shop.shared;
  CREATE TABLE shop.uses (a bigint DEFAULT nextval('shop.shared'), b int DEFAULT nextval('shop.shared'::text),
    c text DEFAULT 'P' || nextval('shop.shared'));
  CREATE SEQUENCE shop.used; SELECT setval('shop.used', 9007199254740993);
  CREATE TABLE elsewhere.scans (picture oid);
  CREATE MATERIALIZED VIEW shop.daily AS SELECT 1 AS one;
  CREATE VIEW shop.seen AS SELECT 1 AS one;
  CREATE EXTENSION file_fdw SCHEMA elsewhere;
  CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
  CREATE FOREIGN TABLE shop.outside (a int) SERVER files OPTIONS (filename '/dev/null');
  SELECT lo_create(0);
  CREATE UNIQUE INDEX orders_invalid ON shop.orders (tags);
  UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'shop.orders_invalid'::regclass;
  ANALYZE;
`;
