-- The role that DMS writes a target with. It passes the fence, the foreign keys and the balance check, because its sessions
-- run with session_replication_role = replica. Run it again after tables were added.
--
-- Setting that takes rds_superuser on Aurora, or that the role itself has the setting, which on-premises a superuser gives.
-- What is not permitted is a warning: who runs this reads afterwards what the role has.
DO $role$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'dms_apply') THEN
    CREATE ROLE dms_apply LOGIN;
  END IF;
END
$role$;

DO $member$
BEGIN
  IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'rds_superuser')
    AND NOT pg_catalog.pg_has_role('dms_apply', 'rds_superuser', 'MEMBER') THEN
    GRANT rds_superuser TO dms_apply;
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE WARNING 'dms_apply cannot be made a member of rds_superuser: %', SQLERRM;
END
$member$;

DO $replica$
BEGIN
  ALTER ROLE dms_apply SET session_replication_role = 'replica';
EXCEPTION WHEN insufficient_privilege THEN
  RAISE WARNING 'session_replication_role of dms_apply cannot be set: %', SQLERRM;
END
$replica$;

-- Where DMS keeps its own tables.
CREATE SCHEMA IF NOT EXISTS awsdms_control AUTHORIZATION payments_owner;
GRANT USAGE, CREATE ON SCHEMA awsdms_control TO dms_apply;

SET LOCAL ROLE payments_owner;

GRANT USAGE ON SCHEMA payments TO dms_apply;

-- Everything that is replicated, and nothing that opens this side.
DO $tables$
DECLARE
  replicated name;
BEGIN
  FOR replicated IN
    SELECT tablename FROM pg_catalog.pg_tables
    WHERE schemaname = 'payments' AND tableowner = 'payments_owner' AND tablename <> 'writer_epoch'
    ORDER BY tablename
  LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON payments.%I TO dms_apply', replicated);
  END LOOP;
END
$tables$;
