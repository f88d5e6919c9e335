-- Rows lie in the order of their time, not of their keys, which are random. Along these indexes a large ledger is compared
-- in ranges that are read one page after the other (docs/comparison-at-scale.md).
SET LOCAL ROLE payments_owner;

CREATE INDEX IF NOT EXISTS transactions_booked_at_idx ON payments.transactions (booked_at);
CREATE INDEX IF NOT EXISTS entries_created_at_idx ON payments.entries (created_at);
