-- Rights on the tables of each replicated schema, and on those that its owners add later. Comparisons read as payments_reader;
-- payments_owner, that is the cutover, sets sequences. A role that is not there is not needed on this side.
DO $schemas$
DECLARE
  here name;
  replicated name;
  maker name;
  readers CONSTANT text := (
    SELECT string_agg(rolname, ', ' ORDER BY rolname) FROM pg_roles WHERE rolname IN ('dms_capture', 'payments_reader'));
  users CONSTANT text := (
    SELECT string_agg(rolname, ', ' ORDER BY rolname) FROM pg_roles
    WHERE rolname IN ('dms_capture', 'dms_apply', 'payments_reader', 'payments_owner'));
  is_target CONSTANT boolean := EXISTS (SELECT FROM pg_roles WHERE rolname = 'dms_apply');
BEGIN
  FOR here IN SELECT jsonb_array_elements_text(current_setting('payment_migration.schemas')::jsonb) LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %s', here, users);
    IF here <> 'payments' THEN
      FOR replicated IN
        SELECT c.relname FROM pg_class AS c
        WHERE c.relnamespace = to_regnamespace(quote_ident(here)) AND c.relkind IN ('r', 'p') ORDER BY c.relname
      LOOP
        EXECUTE format('GRANT SELECT ON %I.%I TO %s', here, replicated, readers);
        IF is_target THEN
          EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.%I TO dms_apply', here, replicated);
        END IF;
      END LOOP;
      EXECUTE format('GRANT SELECT ON ALL SEQUENCES IN SCHEMA %I TO payments_reader', here);
      EXECUTE format('GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA %I TO payments_owner', here);
      -- It looks for the furthest value in use.
      IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'payments_migrator' AND NOT pg_has_role(oid, 'payments_reader', 'MEMBER')) THEN
        GRANT payments_reader TO payments_migrator;
      END IF;
    END IF;
    FOR maker IN
      SELECT DISTINCT r.rolname FROM pg_class AS c JOIN pg_roles AS r ON r.oid = c.relowner
      WHERE c.relnamespace = to_regnamespace(quote_ident(here)) AND c.relkind IN ('r', 'p') ORDER BY r.rolname
    LOOP
      EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT SELECT ON TABLES TO %s', maker, here, readers);
      IF is_target THEN
        EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO dms_apply', maker, here);
      END IF;
    END LOOP;
  END LOOP;
END
$schemas$;
