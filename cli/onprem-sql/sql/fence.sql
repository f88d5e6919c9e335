-- The fence, last, because it locks the tables for a moment, until COMMIT. A table that has it is left alone.
DO $fence$
DECLARE
  here name;
BEGIN
  FOR here IN SELECT jsonb_array_elements_text(current_setting('payment_migration.schemas')::jsonb) LOOP
    IF EXISTS (
      SELECT FROM pg_class AS c
      WHERE c.relnamespace = to_regnamespace(quote_ident(here)) AND c.relkind IN ('r', 'p')
        AND c.oid <> 'payments.writer_epoch'::regclass
        AND NOT EXISTS (
          SELECT FROM pg_trigger AS t
          WHERE t.tgrelid = c.oid AND t.tgname = 'fence' AND t.tgenabled = 'O'
            AND t.tgfoid = 'payments.fence()'::regprocedure
        )
    ) THEN
      PERFORM payments.fence_tables(here);
    END IF;
  END LOOP;
END
$fence$;
