/**
 * The schema on both sides that holds what DMS creates for itself: its control tables on the target, its heartbeat on the
 * source. It is never replicated. The DBA creates it on-premises, for the capture role.
 */
export const DMS_CONTROL_SCHEMA = 'awsdms_control';

/**
 * The schema on both sides that holds which executor of the migration had effects last. Local to each side: replicated, the
 * token of one would refuse the other's.
 */
export const MIGRATION_CONTROL_SCHEMA = 'migration_control';

/**
 * The one-row table that says whether a database may be written. It is local to each side: replicated, it would open a
 * database that must be closed. So it is in no table mapping.
 */
export const WRITER_EPOCH_TABLE = 'writer_epoch';

/** `forward`: from on-premises to Aurora; `reverse`: back. */
export type ReplicationDirection = 'forward' | 'reverse';

/** The direction that leads back. */
export const OPPOSITE_DIRECTION: Readonly<Record<ReplicationDirection, ReplicationDirection>> = {
  forward: 'reverse',
  reverse: 'forward',
};

/**
 * The table that each direction carries a row of, to show that everything before it has arrived. It goes in its own direction
 * only: carried back, a row would meet itself, and the task that resumes would stop at its key.
 */
export const DRAIN_MARKER_TABLES: Readonly<Record<ReplicationDirection, string>> = {
  forward: 'drain_marker_forward',
  reverse: 'drain_marker_reverse',
};

/**
 * The role that DMS reads a source with, on either side: replication rights (on Aurora by membership in rds_replication),
 * SELECT on the replicated tables, nothing to write but the heartbeat.
 */
export const CAPTURE_ROLE = 'dms_capture';

/**
 * The role that DMS writes a target with, on either side. It must pass the fence and skip foreign keys and triggers, that is
 * run with `session_replication_role = replica`: on Aurora the endpoint's script sets it, which takes rds_superuser;
 * on-premises a superuser gives it to the role (`ALTER ROLE … SET`), which then needs to be none.
 */
export const APPLY_ROLE = 'dms_apply';

const slotName = (direction: ReplicationDirection, suffix: string): string =>
  `dms_${direction}_${suffix.replaceAll('-', '_')}`;

/** The replication slot that the CDC-only task starts from, by environment: slots belong to a whole server. */
export const forwardSlotName = (suffix: string): string => slotName('forward', suffix);

/** The slot on Aurora that the task back to on-premises starts from. */
export const reverseSlotName = (suffix: string): string => slotName('reverse', suffix);
