-- The fence, last, because it takes the tables from applications until COMMIT. A schema that has it everywhere is left alone.
DO $fence$
DECLARE
  bare name[];
  here name;
BEGIN
  SELECT array_agg(DISTINCT n.nspname) INTO bare
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname IN (SELECT jsonb_array_elements_text(current_setting('payment_migration.schemas')::jsonb))
    AND c.relkind IN ('r', 'p') AND c.oid <> 'payments.writer_epoch'::regclass
    AND NOT EXISTS (
      SELECT FROM pg_trigger AS t
      WHERE t.tgrelid = c.oid AND t.tgname = 'fence' AND t.tgenabled = 'O' AND t.tgfoid = 'payments.fence()'::regprocedure
    );
  PERFORM pg_temp.lock_tables(ARRAY(
    SELECT c.oid::regclass FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY (bare) AND c.relkind IN ('r', 'p') ORDER BY 1
  ));
  FOREACH here IN ARRAY coalesce(bare, '{}') LOOP
    PERFORM payments.fence_tables(here);
  END LOOP;
END
$fence$;

DROP FUNCTION pg_temp.lock_tables(regclass[]);
