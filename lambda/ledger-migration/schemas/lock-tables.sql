-- Takes tables from applications for the moment until COMMIT, all or none: whoever held some and waited for others would end in
-- a deadlock with them, and an application might be the one to be cancelled. Each attempt ends before deadlocks are looked for.
CREATE FUNCTION pg_temp.lock_tables(tables regclass[]) RETURNS void LANGUAGE plpgsql AS $lock$
DECLARE
  attempts int := 0;
BEGIN
  IF tables IS NULL OR tables = '{}' THEN
    RETURN;
  END IF;
  PERFORM set_config('lock_timeout', '200ms', true);
  LOOP
    BEGIN
      EXECUTE 'LOCK TABLE ONLY ' || array_to_string(tables, ', ONLY ') || ' IN ACCESS EXCLUSIVE MODE';
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      -- What it had got is released by now.
      attempts := attempts + 1;
      IF attempts = 50 THEN
        RAISE EXCEPTION USING ERRCODE = 'lock_not_available',
          MESSAGE = 'nothing was changed: the tables must be free for a moment, got none in 50 attempts; end long transactions (pg_stat_activity), then repeat';
      END IF;
    END;
    PERFORM pg_sleep(0.05 + random() * 0.1);
  END LOOP;
END
$lock$;
