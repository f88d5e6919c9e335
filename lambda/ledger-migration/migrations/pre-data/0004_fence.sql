-- The fence. FOR SHARE holds the row until the writer's transaction ends: who closes waits for writers in flight, and who
-- writes later sees the row closed, at every isolation level (a snapshot from before fails with 40001). FOR SHARE needs the
-- right to update the row, which no application may have; so the functions run as their owner.
SET LOCAL ROLE payments_owner;

CREATE FUNCTION payments.raise_closed(side varchar, epoch bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $closed$
BEGIN
  RAISE EXCEPTION USING
    ERRCODE = 'PW001',
    MESSAGE = CASE
      WHEN side IS NULL THEN 'this ledger is closed to writes: nothing says which side it is (payments.writer_epoch is empty)'
      ELSE format(
        'the ledger %s is closed to writes at epoch %s: only %s may be written, or neither while the right to write moves',
        side, epoch, CASE side WHEN 'aurora' THEN 'on-prem' ELSE 'aurora' END
      )
    END,
    HINT = 'The authority item of the table migration-state says who may write now. Write there, or wait.';
END
$closed$;

-- What a writer that knows of epochs calls in its transaction.
CREATE FUNCTION payments.require_epoch(expected bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $require$
DECLARE
  present record;
BEGIN
  SELECT w.side, w.epoch, w.writable INTO present FROM payments.writer_epoch AS w FOR SHARE;
  IF present.writable IS NOT TRUE THEN
    PERFORM payments.raise_closed(present.side, present.epoch);
  END IF;
  IF present.epoch IS DISTINCT FROM expected THEN
    RAISE EXCEPTION USING
      ERRCODE = 'PW002',
      MESSAGE = format(
        'the ledger %s is open at epoch %s, the writer came with epoch %s', present.side, present.epoch, coalesce(expected::text, 'NULL')
      ),
      HINT = 'The right to write has moved since: read the authority item anew.';
  END IF;
  RETURN present.epoch;
END
$require$;

-- What holds every other writer: fired by each statement on a fenced table, but not in a session that runs with
-- session_replication_role = replica, which is what replication does.
CREATE FUNCTION payments.fence() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $fence$
DECLARE
  present record;
BEGIN
  SELECT w.side, w.epoch, w.writable INTO present FROM payments.writer_epoch AS w FOR SHARE;
  IF present.writable IS NOT TRUE THEN
    PERFORM payments.raise_closed(present.side, present.epoch);
  END IF;
  RETURN NULL;
END
$fence$;

-- Fences every table of a schema, again after it was disabled or removed. Run it as the tables' owner, who needs EXECUTE on
-- payments.fence(), whenever tables were added.
CREATE FUNCTION payments.fence_tables(target_schema name) RETURNS SETOF name
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $fence_tables$
DECLARE
  fenced record;
BEGIN
  FOR fenced IN
    SELECT c.relname, c.oid
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = target_schema AND c.relkind IN ('r', 'p')
      AND c.oid <> 'payments.writer_epoch'::regclass
    ORDER BY c.relname
  LOOP
    EXECUTE format('DROP TRIGGER IF EXISTS fence ON %I.%I', target_schema, fenced.relname);
    EXECUTE format(
      'CREATE TRIGGER fence BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I.%I '
      'FOR EACH STATEMENT EXECUTE FUNCTION payments.fence()',
      target_schema, fenced.relname
    );
    RETURN NEXT fenced.relname;
  END LOOP;
END
$fence_tables$;

REVOKE ALL ON FUNCTION payments.raise_closed(varchar, bigint), payments.require_epoch(bigint), payments.fence(),
  payments.fence_tables(name) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION payments.require_epoch(bigint) TO payments_writer;

SELECT payments.fence_tables('payments');
