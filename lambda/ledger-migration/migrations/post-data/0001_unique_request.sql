-- A client that timed out on one side may retry on the other, under another transaction id: booked once all the same.
SET LOCAL ROLE payments_owner;

ALTER TABLE payments.transactions
  ADD CONSTRAINT transactions_client_id_idempotency_key_key UNIQUE (client_id, idempotency_key);
