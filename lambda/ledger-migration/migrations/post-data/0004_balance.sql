-- At commit every transaction that was touched has at least two entries, and they sum to zero in each currency.
-- Replication skips the check, as its session runs as replica: what it brings was checked where it was written.
SET LOCAL ROLE payments_owner;

CREATE FUNCTION payments.check_balance() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $balance$
DECLARE
  checked varchar;
  checked_ids varchar[] := CASE TG_OP
    WHEN 'INSERT' THEN ARRAY[NEW.transaction_id]
    WHEN 'DELETE' THEN ARRAY[OLD.transaction_id]
    ELSE ARRAY[OLD.transaction_id, NEW.transaction_id]
  END;
  lines bigint;
  unbalanced record;
BEGIN
  FOREACH checked IN ARRAY checked_ids LOOP
    SELECT count(*) INTO lines FROM payments.entries AS e WHERE e.transaction_id = checked;
    IF lines < 2 THEN
      -- A transaction that is gone as a whole is balanced.
      CONTINUE WHEN lines = 0 AND NOT EXISTS (SELECT FROM payments.transactions AS t WHERE t.transaction_id = checked);
      RAISE EXCEPTION USING
        ERRCODE = 'check_violation', SCHEMA = 'payments', TABLE = 'entries', CONSTRAINT = 'entries_balance',
        MESSAGE = format('the entries of transaction %s must be at least 2, got %s', checked, lines);
    END IF;
    SELECT e.currency, sum(e.amount) AS total INTO unbalanced
    FROM payments.entries AS e WHERE e.transaction_id = checked
    GROUP BY e.currency HAVING sum(e.amount) <> 0 ORDER BY e.currency LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION USING
        ERRCODE = 'check_violation', SCHEMA = 'payments', TABLE = 'entries', CONSTRAINT = 'entries_balance',
        MESSAGE = format(
          'the entries of transaction %s must sum to 0 in %s, got %s', checked, unbalanced.currency, unbalanced.total
        );
    END IF;
  END LOOP;
  RETURN NULL;
END
$balance$;

REVOKE ALL ON FUNCTION payments.check_balance() FROM PUBLIC;

CREATE CONSTRAINT TRIGGER entries_balance AFTER INSERT OR UPDATE OR DELETE ON payments.entries
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments.check_balance();

CREATE CONSTRAINT TRIGGER transactions_balance AFTER INSERT ON payments.transactions
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments.check_balance();
