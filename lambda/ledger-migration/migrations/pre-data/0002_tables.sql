-- What DMS copies whole: primary keys everywhere, bounded types only, no sequences, finite times. Identifiers compare by
-- their bytes (collation C), so that both sides sort and compare alike whatever their operating systems are.
SET LOCAL ROLE payments_owner;

CREATE TABLE payments.accounts (
  account_id varchar(100) COLLATE "C" NOT NULL,
  kind varchar(16) COLLATE "C" NOT NULL,
  owner_id varchar(64) COLLATE "C" NOT NULL,
  currency varchar(3) COLLATE "C" NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT accounts_pkey PRIMARY KEY (account_id),
  CONSTRAINT accounts_id_is_its_parts CHECK (account_id = kind || '/' || owner_id || '/' || currency),
  CONSTRAINT accounts_kind_is_a_word CHECK (kind ~ '^[a-z][a-z-]*$'),
  CONSTRAINT accounts_currency_is_a_code CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT accounts_created_at_is_finite CHECK (isfinite(created_at))
);

CREATE TABLE payments.transactions (
  transaction_id varchar(36) COLLATE "C" NOT NULL,
  client_id varchar(128) COLLATE "C" NOT NULL,
  idempotency_key varchar(255) COLLATE "C" NOT NULL,
  origin varchar(8) COLLATE "C" NOT NULL,
  user_id varchar(64) COLLATE "C" NOT NULL,
  merchant_id varchar(64) COLLATE "C" NOT NULL,
  amount bigint NOT NULL,
  currency varchar(3) COLLATE "C" NOT NULL,
  currency_exponent smallint NOT NULL,
  requested_at timestamptz NOT NULL,
  booked_at timestamptz NOT NULL DEFAULT now(),
  -- 0: booked by software that does not know of epochs.
  booked_epoch bigint NOT NULL DEFAULT 0,
  CONSTRAINT transactions_pkey PRIMARY KEY (transaction_id),
  CONSTRAINT transactions_origin_is_known CHECK (origin IN ('on-prem', 'aws')),
  CONSTRAINT transactions_amount_is_positive CHECK (amount > 0),
  CONSTRAINT transactions_currency_is_a_code CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT transactions_exponent_is_in_range CHECK (currency_exponent BETWEEN 0 AND 4),
  CONSTRAINT transactions_times_are_finite CHECK (isfinite(requested_at) AND isfinite(booked_at)),
  CONSTRAINT transactions_epoch_is_in_range CHECK (booked_epoch >= 0)
);

CREATE TABLE payments.entries (
  transaction_id varchar(36) COLLATE "C" NOT NULL,
  line_number smallint NOT NULL,
  account_id varchar(100) COLLATE "C" NOT NULL,
  amount bigint NOT NULL,
  currency varchar(3) COLLATE "C" NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT entries_pkey PRIMARY KEY (transaction_id, line_number),
  CONSTRAINT entries_line_number_is_positive CHECK (line_number > 0),
  CONSTRAINT entries_amount_is_not_zero CHECK (amount <> 0),
  CONSTRAINT entries_currency_is_the_accounts CHECK (right(account_id, 4) = '/' || currency),
  CONSTRAINT entries_created_at_is_finite CHECK (isfinite(created_at))
);

-- One row a drain: what was written before it in the freezing transaction's order has arrived where it is seen.
CREATE TABLE payments.drain_marker_forward (
  marker_id bigint NOT NULL,
  epoch bigint NOT NULL,
  written_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT drain_marker_forward_pkey PRIMARY KEY (marker_id)
);

CREATE TABLE payments.drain_marker_reverse (
  marker_id bigint NOT NULL,
  epoch bigint NOT NULL,
  written_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT drain_marker_reverse_pkey PRIMARY KEY (marker_id)
);

-- The ledger is append-only: nobody but the owner, who cannot log in, may change or remove a row.
GRANT SELECT, INSERT ON payments.accounts, payments.transactions, payments.entries TO payments_writer;
GRANT SELECT ON payments.accounts, payments.transactions, payments.entries,
  payments.drain_marker_forward, payments.drain_marker_reverse TO payments_reader;
