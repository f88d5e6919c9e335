-- Slots that are the migration's by their name; and those that DMS named itself, which may be another one's task.
CREATE TEMPORARY TABLE our_slots ON COMMIT DROP AS
SELECT slot_name, active, active_pid, slot_name !~ '_\d{8}_' AS named_by_us
FROM pg_replication_slots
WHERE database = current_database() AND NOT temporary AND (
  slot_name ~ '^dms_(forward|reverse)_'
  OR slot_name ~ '^[a-z0-9]+_\d{8}_[a-z0-9]{8}_[a-z0-9]{4}_[a-z0-9]{4}_[a-z0-9]{4}_[a-z0-9]{12}$'
  OR slot_name IN (
    SELECT pubname FROM pg_publication AS p
    WHERE obj_description(p.oid, 'pg_publication') = current_setting('payment_migration.mark'))
);
