import { protection, TAGS } from '../protection';
import { DATA_ON_AURORA } from './phases';

/** What neither restarts an instance nor cuts a connection, now or at the next restart. */
const HARMLESS = [
  ...TAGS,
  'backup_retention_period',
  'copy_tags_to_snapshot',
  'monitoring_interval',
  'monitoring_role_arn',
  'performance_insights_enabled',
  'performance_insights_retention_period',
  'preferred_backup_window',
  'preferred_maintenance_window',
  'promotion_tier',
];

export const databaseChange = protection({
  id: 'database-change',
  protects:
    'The Aurora cluster and its instances: engine version, identifiers, port, parameter groups, networks and all that is not known to be harmless.',
  phases: DATA_ON_AURORA,
  types: ['aws_rds_cluster', 'aws_rds_cluster_instance', 'aws_rds_global_cluster', 'aws_db_subnet_group'],
  changed: {
    reason: 'such a modification may restart instances, cut connections or take protection away',
    harmless: HARMLESS,
  },
});
