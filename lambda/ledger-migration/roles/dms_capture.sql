-- The role that DMS reads a source with: it reads what is replicated, makes and reads slots, and writes nothing but its
-- heartbeat. Run it again after tables were added.
--
-- What is not permitted is a warning: who runs this reads afterwards what the role has.
DO $role$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'dms_capture') THEN
    CREATE ROLE dms_capture LOGIN;
  END IF;
END
$role$;

-- To make slots and to read from them: on Aurora by a role, elsewhere by an attribute.
DO $replication$
BEGIN
  IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'rds_replication') THEN
    IF NOT pg_catalog.pg_has_role('dms_capture', 'rds_replication', 'MEMBER') THEN
      GRANT rds_replication TO dms_capture;
    END IF;
  ELSIF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'dms_capture' AND rolreplication) THEN
    ALTER ROLE dms_capture REPLICATION;
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE WARNING 'dms_capture cannot get the right to replicate: %', SQLERRM;
END
$replication$;

-- DMS holds a transaction open while it loads; ended for that, the load fails.
DO $patience$
BEGIN
  ALTER ROLE dms_capture SET idle_in_transaction_session_timeout = 0;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE WARNING 'idle_in_transaction_session_timeout of dms_capture cannot be set: %', SQLERRM;
END
$patience$;

-- Where DMS keeps its heartbeat.
CREATE SCHEMA IF NOT EXISTS awsdms_control AUTHORIZATION payments_owner;
GRANT USAGE, CREATE ON SCHEMA awsdms_control TO dms_capture;

SET LOCAL ROLE payments_owner;

GRANT USAGE ON SCHEMA payments TO dms_capture;

-- Everything that is replicated.
DO $tables$
DECLARE
  replicated name;
BEGIN
  FOR replicated IN
    SELECT tablename FROM pg_catalog.pg_tables
    WHERE schemaname = 'payments' AND tableowner = 'payments_owner' AND tablename <> 'writer_epoch'
    ORDER BY tablename
  LOOP
    EXECUTE format('GRANT SELECT ON payments.%I TO dms_capture', replicated);
  END LOOP;
END
$tables$;
