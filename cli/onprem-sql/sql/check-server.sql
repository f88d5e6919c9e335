-- Is this the right server, and the right user? Nothing is changed unless all of this holds.
DO $check$
DECLARE
  problems text[] := '{}';
  wanted name;
  item record;
BEGIN
  IF current_setting('server_version_num')::int < 140000 THEN
    problems := problems || format('the server must be PostgreSQL 14 or later, got %s', current_setting('server_version'));
  END IF;
  IF pg_is_in_recovery() THEN
    problems := problems || 'the server must be the primary one, got a standby; connect to the primary one'::text;
  END IF;
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) THEN
    problems := problems || format('whoever runs this must be signed in as a superuser, got %s; owning the tables is not enough to exempt replication from the fence', session_user);
  END IF;
  IF to_regnamespace('payments') IS NOT NULL AND to_regclass('ledger_control.migrations') IS NULL THEN
    problems := problems || 'the schema payments must be the ledger of this migration, got another one; rename it, or ask the migration team'::text;
  END IF;
  FOR wanted IN SELECT jsonb_array_elements_text(current_setting('payment_migration.schemas')::jsonb) LOOP
    IF wanted <> 'payments' AND to_regnamespace(quote_ident(wanted)) IS NULL THEN
      problems := problems || format('the schema %s must be in the database %s, got none; look at --schemas and at the connection', wanted, current_database());
    END IF;
    FOR item IN
      SELECT c.relname, t.tgfoid::regproc AS function
      FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE n.nspname = wanted AND t.tgname = 'fence' AND t.tgfoid IS DISTINCT FROM to_regprocedure('payments.fence()')
      ORDER BY c.relname
    LOOP
      problems := problems || format('the trigger fence of %s.%s must be that of this migration, got one that calls %s; rename it', wanted, item.relname, item.function);
    END LOOP;
  END LOOP;
  IF problems <> '{}' THEN
    RAISE EXCEPTION USING MESSAGE = 'nothing was changed: ' || array_to_string(problems, '; ');
  END IF;
END
$check$;

-- Settings of the server are the DBA's: what is missing is said, with the statement to run. The rest of this text works without.
DO $settings$
DECLARE
  -- The task that loads, the one that goes on after a rollback, a spare one, and one that is being made anew.
  needed CONSTANT int := 4;
  others int;
  setting record;
  wanted text;
  reason text;
BEGIN
  FOR setting IN
    SELECT name, s.setting AS value, context = 'postmaster' AS restart FROM pg_settings AS s
    WHERE name IN ('wal_level', 'max_replication_slots', 'max_wal_senders', 'wal_sender_timeout', 'max_slot_wal_keep_size')
    ORDER BY name
  LOOP
    wanted := NULL;
    CASE setting.name
      WHEN 'wal_level' THEN
        IF setting.value <> 'logical' THEN
          wanted := '''logical''';
          reason := 'logical: otherwise no change can be replicated';
        END IF;
      WHEN 'max_replication_slots' THEN
        SELECT count(*) INTO others FROM pg_replication_slots
        WHERE slot_name !~ '^dms_(forward|reverse)_' AND slot_name <> current_setting('payment_migration.prefix') || '_forward';
        IF setting.value::int < others + needed THEN
          wanted := (others + needed)::text;
          reason := format('at least %s: %s for the migration beside %s of others', others + needed, needed, others);
        END IF;
      WHEN 'max_wal_senders' THEN
        SELECT count(*) INTO others FROM pg_stat_replication WHERE usename <> 'dms_capture';
        IF setting.value::int < others + needed THEN
          wanted := (others + needed)::text;
          reason := format('at least %s: %s for the migration beside %s of others', others + needed, needed, others);
        END IF;
      WHEN 'wal_sender_timeout' THEN
        IF setting.value::int <> 0 AND setting.value::int NOT BETWEEN 10000 AND 300000 THEN
          wanted := '''60s''';
          reason := '0, or 10 s to 5 min: DMS loses its connection at other values';
        END IF;
      WHEN 'max_slot_wal_keep_size' THEN
        IF setting.value::int < 0 THEN
          wanted := '''<what the disk has to spare>''';
          reason := 'bounded: a slot that nobody reads fills the disk. Past the bound the slot is lost and the load begins anew';
        END IF;
    END CASE;
    IF wanted IS NOT NULL THEN
      RAISE WARNING '% must be %, got %', setting.name, reason, CASE setting.value WHEN '-1' THEN '-1 (without bound)' ELSE setting.value END
        USING HINT = format('ALTER SYSTEM SET %s = %s; then %s', setting.name, wanted,
          CASE WHEN setting.restart THEN 'restart the server.' ELSE 'SELECT pg_reload_conf(); no restart is needed.' END);
    END IF;
  END LOOP;
END
$settings$;
