-- Whether this database may be written. Local to its side: never replicated, published or compared.
SET LOCAL ROLE payments_owner;

CREATE TABLE payments.writer_epoch (
  side varchar(8) COLLATE "C" NOT NULL,
  epoch bigint NOT NULL,
  writable boolean NOT NULL,
  CONSTRAINT writer_epoch_pkey PRIMARY KEY (side),
  CONSTRAINT writer_epoch_side_is_known CHECK (side IN ('on-prem', 'aurora')),
  CONSTRAINT writer_epoch_epoch_is_positive CHECK (epoch > 0)
);

CREATE UNIQUE INDEX writer_epoch_has_one_row ON payments.writer_epoch ((true));

GRANT SELECT ON payments.writer_epoch TO payments_writer, payments_reader;

-- A database that was closed opens at a later epoch only, so what a delayed step sends again cannot open it.
CREATE FUNCTION payments.guard_writer_epoch() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $guard$
BEGIN
  IF NEW.side <> OLD.side OR NEW.epoch < OLD.epoch OR (NEW.writable AND NOT OLD.writable AND NEW.epoch = OLD.epoch) THEN
    RAISE EXCEPTION USING
      ERRCODE = 'PW003',
      MESSAGE = format(
        'the right to write moves forward only: the ledger %s is at epoch %s (%s), got %s at epoch %s (%s)',
        OLD.side, OLD.epoch, CASE WHEN OLD.writable THEN 'open' ELSE 'closed' END,
        NEW.side, NEW.epoch, CASE WHEN NEW.writable THEN 'open' ELSE 'closed' END
      ),
      HINT = 'A database opens at an epoch later than the one that it was closed at; its side never changes.';
  END IF;
  RETURN NEW;
END
$guard$;

REVOKE ALL ON FUNCTION payments.guard_writer_epoch() FROM PUBLIC;

CREATE TRIGGER guard BEFORE UPDATE ON payments.writer_epoch
  FOR EACH ROW EXECUTE FUNCTION payments.guard_writer_epoch();
