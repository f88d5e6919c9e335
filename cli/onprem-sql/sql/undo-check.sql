-- Removing the fence opens this database to everybody, for good: not while the migration may still need it.
DO $check$
DECLARE
  problems text[] := '{}';
  item record;
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) THEN
    RAISE EXCEPTION 'nothing was changed: whoever runs this must be signed in as a superuser, got %', session_user;
  END IF;
  IF to_regclass('payments.writer_epoch') IS NOT NULL THEN
    FOR item IN SELECT side, epoch, writable FROM payments.writer_epoch LOOP
      IF item.side <> 'on-prem' OR NOT item.writable THEN
        problems := problems || format('this database must be on-prem with the right to write, got %s, %s at epoch %s; roll the migration back first',
          item.side, CASE WHEN item.writable THEN 'open' ELSE 'closed' END, item.epoch);
      END IF;
    END LOOP;
  END IF;
  -- The lock of whoever closes or opens this side, or makes its slots.
  IF NOT pg_try_advisory_xact_lock(7236491, 2) THEN
    problems := problems || 'no execution of the migration may be at work here, got one; let it end'::text;
  END IF;
  FOR item IN SELECT slot_name, active_pid FROM pg_temp.our_slots WHERE active LOOP
    problems := problems || format('the replication slot %s must not be in use, got process %s; stop the replication task that reads it', item.slot_name, item.active_pid);
  END LOOP;
  FOR item IN
    SELECT s.subname FROM pg_subscription AS s JOIN pg_database AS d ON d.oid = s.subdbid
    WHERE d.datname = current_database() AND s.subname IN (
      SELECT replace(pubname, '_forward', '_reverse') FROM pg_publication AS p
      WHERE obj_description(p.oid, 'pg_publication') = current_setting('payment_migration.mark'))
  LOOP
    problems := problems || format('the subscription %s must be gone, got one; finish or roll back the migration', item.subname);
  END LOOP;
  FOR item IN
    SELECT usename, count(*) AS sessions FROM pg_stat_activity
    WHERE datname = current_database() AND usename IN ('dms_capture', 'dms_apply', 'payments_migrator')
    GROUP BY usename ORDER BY usename
  LOOP
    problems := problems || format('%s must have no session left, got %s; stop what signs in', item.usename, item.sessions);
  END LOOP;
  FOR item IN
    SELECT c.oid::regclass AS relation, r.rolname FROM pg_class AS c JOIN pg_roles AS r ON r.oid = c.relowner
    WHERE r.rolname IN (SELECT name FROM jsonb_to_recordset(current_setting('payment_migration.roles')::jsonb) AS r (name text))
      AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
      AND c.relnamespace::regnamespace::text NOT IN ('payments', 'migration_control', 'awsdms_control', 'ledger_control', 'pg_toast')
    ORDER BY 1
  LOOP
    problems := problems || format('%s must not belong to %s, which goes; run ALTER … OWNER TO another role', item.relation, item.rolname);
  END LOOP;
  IF problems <> '{}' THEN
    RAISE EXCEPTION USING MESSAGE = 'nothing was changed: ' || array_to_string(problems, '; ');
  END IF;
END
$check$;
