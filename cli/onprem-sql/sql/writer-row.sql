-- This database is the side on-prem, and may be written. Once: afterwards only the cutover changes it.
DO $row$
DECLARE
  item varchar;
BEGIN
  INSERT INTO payments.writer_epoch (side, epoch, writable) VALUES ('on-prem', 1, true) ON CONFLICT DO NOTHING;
  SELECT side INTO item FROM payments.writer_epoch;
  IF item <> 'on-prem' THEN
    RAISE EXCEPTION 'payments.writer_epoch must say that this ledger is on-prem, got %; this is another database than the one that moves', item;
  END IF;
END
$row$;
