-- The role that the cutover works with. As a member of payments_owner it closes and opens this side and writes markers; here
-- is what it needs of the server. Run it again after dms_apply was made.
--
-- What is not permitted is a warning: who runs this reads afterwards what the role has.
DO $role$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'payments_migrator') THEN
    CREATE ROLE payments_migrator LOGIN;
  END IF;
END
$role$;

GRANT payments_owner TO payments_migrator;

-- To end the sessions of writers in flight and of replication, and to see slots and senders.
DO $members$
DECLARE
  role_name name;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['pg_signal_backend', 'pg_monitor'] LOOP
    BEGIN
      IF NOT pg_catalog.pg_has_role('payments_migrator', role_name, 'MEMBER') THEN
        EXECUTE format('GRANT %I TO payments_migrator', role_name);
      END IF;
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE WARNING 'payments_migrator cannot be made a member of %: %', role_name, SQLERRM;
    END;
  END LOOP;
END
$members$;

-- To make and drop slots: on Aurora by a role, elsewhere by an attribute.
DO $replication$
BEGIN
  IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'rds_replication') THEN
    IF NOT pg_catalog.pg_has_role('payments_migrator', 'rds_replication', 'MEMBER') THEN
      GRANT rds_replication TO payments_migrator;
    END IF;
  ELSIF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'payments_migrator' AND rolreplication) THEN
    ALTER ROLE payments_migrator REPLICATION;
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE WARNING 'payments_migrator cannot get the right to replicate: %', SQLERRM;
END
$replication$;

-- Lets replication sign in, or not. It runs as who made it, who may alter that one role: so payments_migrator need not be
-- able to alter roles, which up to PostgreSQL 15 would let it make itself a member of nearly any role.
CREATE OR REPLACE FUNCTION migration_control.admit_replication(admitted boolean) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $admit$
BEGIN
  IF admitted THEN
    ALTER ROLE dms_apply LOGIN;
  ELSIF EXISTS (SELECT FROM pg_roles WHERE rolname = 'dms_apply') THEN
    ALTER ROLE dms_apply NOLOGIN;
  END IF;
END
$admit$;

REVOKE ALL ON FUNCTION migration_control.admit_replication(boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION migration_control.admit_replication(boolean) TO payments_owner;
