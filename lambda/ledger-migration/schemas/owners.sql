-- Who is no superuser gives rights on a table and fences it as a member of its owner. What is not permitted is a warning: who
-- runs this reads afterwards what is missing.
DO $owners$
DECLARE
  owner name;
BEGIN
  FOR owner IN
    SELECT r.rolname FROM pg_roles AS r
    WHERE NOT pg_has_role(current_user, r.oid, 'USAGE') AND r.oid IN (
      SELECT n.nspowner FROM pg_namespace AS n
      WHERE n.nspname IN (SELECT jsonb_array_elements_text(current_setting('payment_migration.schemas')::jsonb))
      UNION
      SELECT c.relowner FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE n.nspname IN (SELECT jsonb_array_elements_text(current_setting('payment_migration.schemas')::jsonb))
        AND c.relkind IN ('r', 'p', 'S')
    )
    ORDER BY r.rolname
  LOOP
    BEGIN
      EXECUTE format('GRANT %I TO CURRENT_USER', owner);
    EXCEPTION WHEN insufficient_privilege OR invalid_grant_operation THEN
      RAISE WARNING '% cannot be made a member of %: %', current_user, owner, SQLERRM;
    END;
  END LOOP;
END
$owners$;
