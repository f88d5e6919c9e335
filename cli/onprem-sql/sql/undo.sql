DO $fence$
DECLARE
  fenced record;
BEGIN
  PERFORM pg_temp.lock_tables(ARRAY(
    SELECT t.tgrelid::regclass FROM pg_trigger AS t WHERE t.tgfoid = to_regprocedure('payments.fence()')
    UNION SELECT to_regclass('payments.writer_epoch') WHERE to_regclass('payments.writer_epoch') IS NOT NULL
  ));
  IF to_regclass('payments.writer_epoch') IS NOT NULL THEN
    IF EXISTS (SELECT FROM payments.writer_epoch WHERE NOT writable) THEN
      RAISE EXCEPTION 'nothing was changed: this database was closed just now; roll the migration back first';
    END IF;
  END IF;
  FOR fenced IN
    SELECT t.tgname, t.tgrelid::regclass AS relation FROM pg_trigger AS t
    WHERE t.tgfoid = to_regprocedure('payments.fence()') ORDER BY 2
  LOOP
    EXECUTE format('DROP TRIGGER %I ON %s', fenced.tgname, fenced.relation);
  END LOOP;
END
$fence$;

DROP FUNCTION pg_temp.lock_tables(regclass[]);

DO $publications$
DECLARE
  published name;
BEGIN
  FOR published IN
    SELECT pubname FROM pg_publication AS p
    WHERE obj_description(p.oid, 'pg_publication') = current_setting('payment_migration.mark') ORDER BY pubname
  LOOP
    EXECUTE format('DROP PUBLICATION %I', published);
  END LOOP;
END
$publications$;

-- The ledger itself goes only if nothing was ever booked in it and nothing else lies there. With rows it stays, with the roles that
-- own, write and read it, its keys and its balance check: what goes is the migration's.
DO $ledger$
DECLARE
  booked boolean := false;
BEGIN
  IF to_regclass('payments.accounts') IS NOT NULL THEN
    booked := EXISTS (SELECT FROM payments.accounts) OR EXISTS (SELECT FROM payments.transactions) OR EXISTS (SELECT FROM payments.entries)
      OR EXISTS (
        SELECT FROM pg_class WHERE relnamespace = to_regnamespace('payments') AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND relname NOT IN
          ('accounts', 'transactions', 'entries', 'writer_epoch', 'drain_marker_forward', 'drain_marker_reverse'));
  END IF;
  PERFORM set_config('payment_migration.keep', booked::text, true);
  IF to_regnamespace('migration_control') IS NOT NULL THEN
    DROP FUNCTION IF EXISTS migration_control.admit_replication(boolean);
    DROP TABLE migration_control.executor_token;
    DROP FUNCTION migration_control.guard_executor_token();
    DROP SCHEMA migration_control;
  END IF;
  IF to_regclass('payments.writer_epoch') IS NOT NULL THEN
    DROP TABLE payments.writer_epoch;
    DROP FUNCTION payments.guard_writer_epoch(), payments.fence_tables(name), payments.fence(),
      payments.require_epoch(bigint), payments.raise_closed(varchar, bigint);
    -- A later migration begins at epoch 1 again, and must not find a marker of that.
    DELETE FROM payments.drain_marker_forward;
    DELETE FROM payments.drain_marker_reverse;
    DELETE FROM ledger_control.migrations
    WHERE name IN ('pre-data/0003_writer_epoch', 'pre-data/0004_fence', 'pre-data/0005_migration_control');
  END IF;
  IF NOT booked AND to_regnamespace('payments') IS NOT NULL THEN
    DROP TABLE payments.entries, payments.transactions, payments.accounts, payments.drain_marker_forward, payments.drain_marker_reverse;
    DROP FUNCTION payments.check_balance();
    DROP SCHEMA payments;
    DROP TABLE ledger_control.migrations;
    DROP SCHEMA ledger_control;
  END IF;
  IF obj_description(to_regnamespace('awsdms_control'), 'pg_namespace') = current_setting('payment_migration.mark') THEN
    DROP SCHEMA awsdms_control CASCADE;
  END IF;
END
$ledger$;

-- Rights on other schemas go with the roles; of roles that stay they are taken away one by one.
DO $roles$
DECLARE
  ours record;
  here record;
BEGIN
  FOR ours IN
    SELECT r.name, r.ledger AND current_setting('payment_migration.keep')::boolean AS stays,
      shobj_description(p.oid, 'pg_authid') IS NOT DISTINCT FROM current_setting('payment_migration.mark') AS made_here
    FROM jsonb_to_recordset(current_setting('payment_migration.roles')::jsonb) AS r (name text, ledger boolean, place int)
    JOIN pg_roles AS p ON p.rolname = r.name
    ORDER BY r.place DESC
  LOOP
    IF ours.name = 'dms_apply' THEN
      ALTER ROLE dms_apply RESET session_replication_role;
    END IF;
    -- These have rights on tables of other owners.
    IF ours.name IN ('dms_capture', 'dms_apply', 'payments_reader', 'payments_owner') AND (ours.stays OR NOT ours.made_here) THEN
      FOR here IN
        SELECT nspname FROM pg_namespace
        WHERE nspname !~ '^(pg_|information_schema$)' AND NOT (nspname = 'payments' AND ours.stays) ORDER BY nspname
      LOOP
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', here.nspname, ours.name);
        EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA %I FROM %I', here.nspname, ours.name);
        EXECUTE format('REVOKE ALL ON SCHEMA %I FROM %I', here.nspname, ours.name);
      END LOOP;
      FOR here IN
        SELECT defaclnamespace::regnamespace AS schema, defaclrole::regrole AS maker FROM pg_default_acl
        WHERE defaclnamespace <> 0 AND defaclobjtype = 'r' AND defaclrole <> to_regrole(quote_ident(ours.name)) ORDER BY 1, 2
      LOOP
        EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %s IN SCHEMA %s REVOKE ALL ON TABLES FROM %I', here.maker, here.schema, ours.name);
      END LOOP;
    END IF;
    IF ours.stays THEN
      CONTINUE;
    ELSIF NOT ours.made_here THEN
      RAISE WARNING 'the role % was there before: it stays', ours.name;
      CONTINUE;
    END IF;
    EXECUTE format('DROP OWNED BY %I', ours.name);
    BEGIN
      EXECUTE format('DROP ROLE %I', ours.name);
    EXCEPTION WHEN dependent_objects_still_exist THEN
      RAISE WARNING 'the role % stays: another database of this server uses it', ours.name;
    END;
  END LOOP;
  IF current_setting('payment_migration.keep')::boolean THEN
    RAISE WARNING 'the ledger in the schema payments has rows: it stays, with the roles that own, write and read it';
  END IF;
END
$roles$;

-- Last, because no ROLLBACK brings a slot back.
DO $slots$
DECLARE
  ours record;
BEGIN
  FOR ours IN SELECT slot_name, named_by_us FROM pg_temp.our_slots ORDER BY slot_name LOOP
    IF ours.named_by_us THEN
      PERFORM pg_drop_replication_slot(ours.slot_name);
    ELSE
      RAISE WARNING 'the replication slot % looks like one of DMS and keeps WAL', ours.slot_name
        USING HINT = format('If no other DMS task reads it: SELECT pg_drop_replication_slot(%L)', ours.slot_name);
    END IF;
  END LOOP;
END
$slots$;
