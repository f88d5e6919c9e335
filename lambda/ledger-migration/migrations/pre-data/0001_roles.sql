-- Roles belong to the whole server, so another database or an earlier attempt may have made them already.
DO $roles$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['payments_owner', 'payments_writer', 'payments_reader'] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role_name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL; -- another database's migration was faster
      END;
    END IF;
  END LOOP;
  -- What is made here belongs to payments_owner. Who makes it is a superuser on-premises and not one on Aurora; since
  -- version 16 the creator of a role may administer it, but not act as it.
  IF NOT pg_catalog.pg_has_role(current_user, 'payments_owner', 'USAGE') THEN
    EXECUTE format('GRANT payments_owner TO %I', current_user);
  END IF;
END
$roles$;

CREATE SCHEMA payments AUTHORIZATION payments_owner;

SET LOCAL ROLE payments_owner;

GRANT USAGE ON SCHEMA payments TO payments_writer, payments_reader;
