-- Roles first, each marked where it is made here: an undo removes those only. The files below find them.
DO $roles$
DECLARE
  wanted record;
BEGIN
  FOR wanted IN SELECT * FROM jsonb_to_recordset(current_setting('payment_migration.roles')::jsonb) AS r (name text, login boolean, member text, place int) ORDER BY r.place LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name) THEN
      EXECUTE format('CREATE ROLE %I %s', wanted.name, CASE WHEN wanted.login THEN 'LOGIN' ELSE 'NOLOGIN' END);
      EXECUTE format('COMMENT ON ROLE %I IS %L', wanted.name, current_setting('payment_migration.mark'));
    END IF;
    IF wanted.member IS NOT NULL AND NOT pg_has_role(wanted.name, wanted.member, 'MEMBER') THEN
      EXECUTE format('GRANT %I TO %I', wanted.member, wanted.name);
    END IF;
  END LOOP;
  IF to_regnamespace('awsdms_control') IS NULL THEN
    CREATE SCHEMA awsdms_control AUTHORIZATION payments_owner;
    EXECUTE format('COMMENT ON SCHEMA awsdms_control IS %L', current_setting('payment_migration.mark'));
  END IF;
END
$roles$;
