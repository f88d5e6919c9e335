SET LOCAL ROLE payments_owner;

CREATE INDEX IF NOT EXISTS entries_account_id_created_at_idx ON payments.entries (account_id, created_at);
