const DMS = 'https://docs.aws.amazon.com/dms/latest/userguide';
const AURORA = 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide';
const POSTGRESQL = 'https://www.postgresql.org/docs/current';
const SOURCE = `${DMS}/CHAP_Source.PostgreSQL.html`;

/** The pages that the rules rest on. */
export const PAGES = {
  assessments: `${DMS}/CHAP_Tasks.AssessmentReport.PG.html`,
  auroraCollations: `${AURORA}/PostgreSQL-Collations.html`,
  auroraExtensions:
    'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraPostgreSQLReleaseNotes/AuroraPostgreSQL.Extensions.html',
  client: `${POSTGRESQL}/runtime-config-client.html`,
  collations: `${POSTGRESQL}/collation.html`,
  encodings: `${POSTGRESQL}/multibyte.html`,
  eventTriggers: `${POSTGRESQL}/event-triggers.html`,
  foreignTables: `${POSTGRESQL}/sql-createforeigntable.html`,
  generatedColumns: `${POSTGRESQL}/ddl-generated-columns.html`,
  identityColumns: `${POSTGRESQL}/ddl-identity-columns.html`,
  inheritance: `${POSTGRESQL}/ddl-inherit.html`,
  lobs: `${DMS}/CHAP_Tasks.LOBSupport.html`,
  materializedViews: `${POSTGRESQL}/rules-materializedviews.html`,
  monitoringRoles: `${POSTGRESQL}/predefined-roles.html`,
  preparedTransactions: `${POSTGRESQL}/sql-prepare-transaction.html`,
  publications: `${POSTGRESQL}/sql-createpublication.html`,
  replicaIdentity: `${POSTGRESQL}/sql-altertable.html#SQL-ALTERTABLE-REPLICA-IDENTITY`,
  replicationRestrictions: `${POSTGRESQL}/logical-replication-restrictions.html`,
  replicationSettings: `${POSTGRESQL}/runtime-config-replication.html`,
  replicationSlots: `${POSTGRESQL}/view-pg-replication-slots.html`,
  roleAttributes: `${POSTGRESQL}/role-attributes.html`,
  roleMembership: `${POSTGRESQL}/role-membership.html`,
  rowSecurity: `${POSTGRESQL}/ddl-rowsecurity.html`,
  rules: `${POSTGRESQL}/rules-triggers.html`,
  selections: `${DMS}/CHAP_Tasks.CustomizingTasks.TableMapping.SelectionTransformation.Selections.html`,
  source: SOURCE,
  sourceCdc: `${SOURCE}#CHAP_Source.PostgreSQL.Security`,
  sourceHomogeneous: `${SOURCE}#CHAP_Source.PostgreSQL.Homogeneous`,
  sourceLimits: `${SOURCE}#CHAP_Source.PostgreSQL.Limitations`,
  sourceSettings: `${SOURCE}#CHAP_Source.PostgreSQL.ConnectionAttrib`,
  sourceTypes: `${SOURCE}#CHAP_Source-PostgreSQL-DataTypes`,
  sources: `${DMS}/CHAP_Introduction.Sources.html`,
  statistics: `${POSTGRESQL}/sql-analyze.html`,
  target: `${DMS}/CHAP_Target.PostgreSQL.html`,
  targets: `${DMS}/CHAP_Introduction.Targets.html`,
  triggers: `${POSTGRESQL}/sql-altertable.html#SQL-ALTERTABLE-DESC-DISABLE-ENABLE-TRIGGER`,
  uniqueIndexes: `${POSTGRESQL}/indexes-unique.html`,
  unlogged: `${POSTGRESQL}/sql-createtable.html#SQL-CREATETABLE-UNLOGGED`,
  validation: `${DMS}/CHAP_Validating.html`,
  privileges: `${POSTGRESQL}/ddl-priv.html`,
} as const;
