-- A client that timed out on one side may retry on the other, under another transaction id: booked once all the same.
-- An index of this name that was built before, because it takes longer than this may take, is used; an invalid one is an error.
SET LOCAL ROLE payments_owner;

DO $unique$
BEGIN
  IF to_regclass('payments.transactions_client_id_idempotency_key_key') IS NULL THEN
    ALTER TABLE payments.transactions
      ADD CONSTRAINT transactions_client_id_idempotency_key_key UNIQUE (client_id, idempotency_key);
  ELSE
    ALTER TABLE payments.transactions
      ADD CONSTRAINT transactions_client_id_idempotency_key_key
      UNIQUE USING INDEX transactions_client_id_idempotency_key_key;
  END IF;
END
$unique$;
