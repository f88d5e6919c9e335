-- Rights on the tables of each replicated schema, and on those that its owners add later. Comparisons read as payments_reader;
-- payments_owner, that is the cutover, sets sequences.
DO $schemas$
DECLARE
  here name;
  replicated name;
  maker name;
BEGIN
  FOR here IN SELECT jsonb_array_elements_text(current_setting('payment_migration.schemas')::jsonb) LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO dms_capture, dms_apply, payments_reader, payments_owner', here);
    IF here <> 'payments' THEN
      FOR replicated IN
        SELECT c.relname FROM pg_class AS c
        WHERE c.relnamespace = to_regnamespace(quote_ident(here)) AND c.relkind IN ('r', 'p') ORDER BY c.relname
      LOOP
        EXECUTE format('GRANT SELECT ON %I.%I TO dms_capture, payments_reader', here, replicated);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.%I TO dms_apply', here, replicated);
      END LOOP;
      EXECUTE format('GRANT SELECT ON ALL SEQUENCES IN SCHEMA %I TO payments_reader', here);
      EXECUTE format('GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA %I TO payments_owner', here);
      IF NOT pg_has_role('payments_migrator', 'payments_reader', 'MEMBER') THEN
        GRANT payments_reader TO payments_migrator;
      END IF;
    END IF;
    FOR maker IN
      SELECT DISTINCT r.rolname FROM pg_class AS c JOIN pg_roles AS r ON r.oid = c.relowner
      WHERE c.relnamespace = to_regnamespace(quote_ident(here)) AND c.relkind IN ('r', 'p') ORDER BY r.rolname
    LOOP
      EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT SELECT ON TABLES TO dms_capture, payments_reader', maker, here);
      EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO dms_apply', maker, here);
    END LOOP;
  END LOOP;
END
$schemas$;
