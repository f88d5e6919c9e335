-- Foreign keys that were added and validated before, because that takes longer than this may take, are kept.
SET LOCAL ROLE payments_owner;

DO $foreign$
DECLARE
  present name[] := ARRAY(SELECT conname FROM pg_catalog.pg_constraint
    WHERE conrelid = 'payments.entries'::regclass AND contype = 'f');
BEGIN
  IF 'entries_transaction_id_fkey' <> ALL (present) THEN
    ALTER TABLE payments.entries ADD CONSTRAINT entries_transaction_id_fkey
      FOREIGN KEY (transaction_id) REFERENCES payments.transactions (transaction_id);
  END IF;
  IF 'entries_account_id_fkey' <> ALL (present) THEN
    ALTER TABLE payments.entries ADD CONSTRAINT entries_account_id_fkey
      FOREIGN KEY (account_id) REFERENCES payments.accounts (account_id);
  END IF;
END
$foreign$;

-- Nothing to do for those that are valid.
ALTER TABLE payments.entries
  VALIDATE CONSTRAINT entries_transaction_id_fkey,
  VALIDATE CONSTRAINT entries_account_id_fkey;
