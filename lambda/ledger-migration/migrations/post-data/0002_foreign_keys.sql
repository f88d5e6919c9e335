SET LOCAL ROLE payments_owner;

ALTER TABLE payments.entries
  ADD CONSTRAINT entries_transaction_id_fkey FOREIGN KEY (transaction_id) REFERENCES payments.transactions (transaction_id),
  ADD CONSTRAINT entries_account_id_fkey FOREIGN KEY (account_id) REFERENCES payments.accounts (account_id);
