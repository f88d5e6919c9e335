-- What the cutover keeps on this side for itself: never replicated, compared or fenced.
CREATE SCHEMA migration_control AUTHORIZATION payments_owner;

SET LOCAL ROLE payments_owner;

-- The highest token of a lease that has had an effect here: who comes with a lower one was overtaken.
CREATE TABLE migration_control.executor_token (
  token bigint NOT NULL,
  CONSTRAINT executor_token_pkey PRIMARY KEY (token),
  CONSTRAINT executor_token_is_not_negative CHECK (token >= 0)
);

CREATE UNIQUE INDEX executor_token_has_one_row ON migration_control.executor_token ((true));

INSERT INTO migration_control.executor_token VALUES (0);

CREATE FUNCTION migration_control.guard_executor_token() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $guard$
BEGIN
  IF TG_OP <> 'UPDATE' OR NEW.token < OLD.token THEN
    RAISE EXCEPTION USING
      ERRCODE = 'PW004',
      MESSAGE = format('the token of the executor only grows: it is %s', OLD.token),
      HINT = 'An executor with a lower token was overtaken.';
  END IF;
  RETURN NEW;
END
$guard$;

REVOKE ALL ON FUNCTION migration_control.guard_executor_token() FROM PUBLIC;

CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON migration_control.executor_token
  FOR EACH ROW EXECUTE FUNCTION migration_control.guard_executor_token();

-- The fence as before, but that the cutover may add a marker while a side is closed: what the marker says is that everything
-- before it was written. The function runs as its owner, so who signed in is asked for, not who the function runs as.
CREATE OR REPLACE FUNCTION payments.fence() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $fence$
DECLARE
  present record;
BEGIN
  IF TG_OP = 'INSERT' AND TG_TABLE_SCHEMA = 'payments' AND TG_TABLE_NAME IN ('drain_marker_forward', 'drain_marker_reverse')
    AND pg_has_role(session_user, 'payments_owner', 'MEMBER') THEN
    RETURN NULL;
  END IF;
  SELECT w.side, w.epoch, w.writable INTO present FROM payments.writer_epoch AS w FOR SHARE;
  IF present.writable IS NOT TRUE THEN
    PERFORM payments.raise_closed(present.side, present.epoch);
  END IF;
  RETURN NULL;
END
$fence$;
