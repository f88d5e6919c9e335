-- For replication by PostgreSQL itself, without DMS: what goes forward. The way back is published on the other side.
DO $publication$
DECLARE
  published CONSTANT name := current_setting('payment_migration.prefix') || '_forward';
  wanted regclass[];
  without text;
BEGIN
  SELECT array_agg(c.oid::regclass ORDER BY n.nspname, c.relname),
    string_agg(format('%I.%I', n.nspname, c.relname), ', ' ORDER BY n.nspname, c.relname) FILTER (WHERE NOT (
      c.relreplident = 'f' OR EXISTS (
        SELECT FROM pg_index AS i
        WHERE i.indrelid = c.oid AND i.indisvalid AND CASE c.relreplident
          WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident ELSE false END
      )))
  INTO wanted, without
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname IN (SELECT jsonb_array_elements_text(current_setting('payment_migration.schemas')::jsonb))
    AND c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND NOT c.relispartition
    AND c.oid <> ALL (ARRAY['payments.writer_epoch', 'payments.drain_marker_reverse']::regclass[]);
  IF without IS NOT NULL THEN
    RAISE EXCEPTION 'every replicated table must have a primary key or another replica identity, got none for %; give them one: published without it, their UPDATE and DELETE would fail', without;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_publication WHERE pubname = published) THEN
    EXECUTE format('CREATE PUBLICATION %I FOR TABLE %s', published, array_to_string(wanted, ', '));
    EXECUTE format('COMMENT ON PUBLICATION %I IS %L', published, current_setting('payment_migration.mark'));
  ELSIF wanted::oid[] IS DISTINCT FROM (
    SELECT array_agg(r.prrelid ORDER BY n.nspname, c.relname)
    FROM pg_publication AS p JOIN pg_publication_rel AS r ON r.prpubid = p.oid
    JOIN pg_class AS c ON c.oid = r.prrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE p.pubname = published
  ) THEN
    EXECUTE format('ALTER PUBLICATION %I SET TABLE %s', published, array_to_string(wanted, ', '));
  END IF;
END
$publication$;
