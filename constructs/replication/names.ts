/**
 * The schema on both sides that holds what DMS creates for itself: its control tables on the target, its heartbeat on the
 * source. It is never replicated. The DBA creates it on-premises, for the capture role.
 */
export const DMS_CONTROL_SCHEMA = 'awsdms_control';

/**
 * The one-row table that says whether a database may be written. It is local to each side: replicated, it would open a
 * database that must be closed. So it is in no table mapping.
 */
export const WRITER_EPOCH_TABLE = 'writer_epoch';

/** The role that DMS reads a source with: replication rights, SELECT on the replicated tables, nothing to write but the heartbeat. */
export const CAPTURE_ROLE = 'dms_capture';

/**
 * The role that DMS writes a target with. It must pass the fence and skip foreign keys and triggers, that is run with
 * `session_replication_role = replica`: on Aurora the endpoint's script sets it, which takes rds_superuser.
 */
export const APPLY_ROLE = 'dms_apply';

/** The replication slot that the CDC-only task starts from, by environment: slots belong to a whole server. */
export const forwardSlotName = (suffix: string): string => `dms_forward_${suffix.replaceAll('-', '_')}`;
