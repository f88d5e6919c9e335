export type { DeclaredColumn, DeclaredTable } from './declared-table';
export { MAX_LOB_SIZE_KIB } from './declared-table';
export { DmsCredentials, type DmsCredentialsProps } from './dms-credentials';
export { DmsPostgresEndpoint, type DmsPostgresEndpointProps } from './dms-postgres-endpoint';
export { DmsReplication } from './dms-replication';
export type { AuroraDatabase, DmsReplicationProps, OnPremisesDatabase } from './dms-replication-props';
export { DmsTask, type DmsTaskProps } from './dms-task';
export { type DecodingPlugin, type EndpointSettings, sourceEndpoint, targetEndpoint } from './endpoint-settings';
export { instanceProblems } from './instance-problems';
export {
  errorsOf,
  type Finding,
  findingText,
  lintEndpoint,
  lintSourceServer,
  lintTableMappings,
  lintTables,
  lintTaskSettings,
} from './lint';
export {
  APPLY_ROLE,
  CAPTURE_ROLE,
  DMS_CONTROL_SCHEMA,
  DRAIN_MARKER_TABLES,
  forwardSlotName,
  MIGRATION_CONTROL_SCHEMA,
  type ReplicationDirection,
  reverseSlotName,
  WRITER_EPOCH_TABLE,
} from './names';
export { rdsCaBundle } from './rds-ca-bundle';
export {
  AURORA_PLUGIN,
  lintReplication,
  planReplication,
  type ReplicationPlan,
  type ReplicationPlanOptions,
} from './replication-plan';
export { replicationProblems } from './replication-problems';
export { tableMappings, tableMappingsJson, type TableMappings, type TableName } from './table-mappings';
export { type MigrationType, taskSettings, taskSettingsJson, type TaskSettings } from './task-settings';
