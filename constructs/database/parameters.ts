/** One parameter of a parameter group. */
export interface Parameter {
  readonly name: string;
  readonly value: string;
  /**
   * A static parameter takes effect at the next reboot, which nobody does for you. The method must be the one that AWS
   * keeps, or every plan shows a difference.
   */
  readonly applyMethod: 'immediate' | 'pending-reboot';
}

const dynamic = (name: string, value: string | number): Parameter => ({
  name,
  value: `${value}`,
  applyMethod: 'immediate',
});

const atReboot = (name: string, value: string | number): Parameter => ({
  name,
  value: `${value}`,
  applyMethod: 'pending-reboot',
});

/**
 * A dynamic parameter whose value is AWS's own default in some family. AWS registers no change of the method alone: where the
 * value is the default, the method stays the default's. It takes effect all the same, as the instances start with the group.
 * @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/rds_cluster_parameter_group
 */
const maybeDefault = atReboot;

/**
 * Room for replication in both directions, fixed from day 0 because each of these needs a reboot. A slot serves one task;
 * a switch makes a fresh slot while the old one still exists, so there are several at once.
 * @see https://www.postgresql.org/docs/16/logical-replication-config.html
 */
export const REPLICATION_LIMITS = {
  /** Slots (as publisher) and origins (as subscriber). */
  slots: 20,
  /** One for each slot, and spare ones for initial copies. */
  walSenders: 25,
  /** Apply and table synchronization workers, where PostgreSQL's own replication is used instead of DMS. */
  logicalWorkers: 12,
  /** The above, their launcher, parallel queries and AWS's own. Not below AWS's default (2 for each vCPU) up to 8xlarge. */
  workers: 64,
} as const;

/** Parameters of the whole cluster: TLS and replication. Sorted by name. */
export function clusterParameters(): Parameter[] {
  return [
    atReboot('max_logical_replication_workers', REPLICATION_LIMITS.logicalWorkers),
    atReboot('max_replication_slots', REPLICATION_LIMITS.slots),
    atReboot('max_wal_senders', REPLICATION_LIMITS.walSenders),
    atReboot('max_worker_processes', REPLICATION_LIMITS.workers),
    maybeDefault('rds.force_ssl', 1),
    atReboot('rds.logical_replication', 1),
    maybeDefault('ssl_min_protocol_version', 'TLSv1.2'),
  ];
}

/**
 * Parameters of each instance: what it logs. Sorted by name. `log_statement` stays off, because with `ddl` an
 * `ALTER ROLE … PASSWORD` is logged in the clear.
 * @param slowQueryMilliseconds statements that take at least this long are logged
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_LogAccess.Concepts.PostgreSQL.Query_Logging.html
 */
export function instanceParameters(slowQueryMilliseconds: number): Parameter[] {
  return [
    dynamic('log_connections', 1),
    dynamic('log_disconnections', 1),
    maybeDefault('log_lock_waits', 1),
    dynamic('log_min_duration_statement', slowQueryMilliseconds),
    // The values bound to a slow statement may be cardholder data: log the statement without them.
    dynamic('log_parameter_max_length', 0),
  ];
}
