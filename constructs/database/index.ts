export { AuroraCluster } from './aurora-cluster';
export { auroraClusterProblems, type AuroraClusterProps, type AuroraClusterSettings } from './aurora-cluster-props';
export { BACKUP_RETENTION_DAYS, backupRetentionProblems, windowProblems } from './backup';
export {
  acuProblems,
  type AuroraCapacity,
  capacityProblems,
  MAX_READER_COUNT,
  type ProvisionedCapacity,
  readerCountProblems,
  type ServerlessCapacity,
} from './capacity';
export {
  AURORA_ENGINE_MAJORS,
  type AuroraEngineMajor,
  type AuroraEngineVersion,
  DEFAULT_AURORA_ENGINE_VERSION,
  engineVersionProblems,
  parseEngineVersion,
} from './engine-version';
export { DatabaseAuthorities, type DatabaseAuthoritiesProps } from './database-authorities';
export { DatabaseCredentials, type DatabaseCredentialsProps } from './database-credentials';
export { DatabaseEvents, type DatabaseEventsProps } from './database-events';
export { databaseNameProblems, databaseUserProblems, masterUsernameProblems } from './identifiers';
export { insightsRetentionProblems, slowQueryProblems } from './insights';
export { AURORA_INSTANCE_SIZES, instanceClassProblems } from './instance-class';
export { LedgerMigration, type LedgerMigrationProps, SCHEMA_PARTS, type SchemaPart } from './ledger-migration';
export { LEDGER_ROLES } from './ledger-roles';
export { LEDGER_TABLES } from './ledger-tables';
export { clusterParameters, instanceParameters, type Parameter, REPLICATION_LIMITS } from './parameters';
export { SecretRotation, type SecretRotationProps } from './secret-rotation';
