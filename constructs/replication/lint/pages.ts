const GUIDE = 'https://docs.aws.amazon.com/dms/latest/userguide';
const SETTINGS = `${GUIDE}/CHAP_Tasks.CustomizingTasks.TaskSettings`;
const MAPPING = `${GUIDE}/CHAP_Tasks.CustomizingTasks.TableMapping.SelectionTransformation`;
const SOURCE = `${GUIDE}/CHAP_Source.PostgreSQL.html`;

/** The pages that the rules rest on. */
export const PAGES = {
  controlTables: `${SETTINGS}.ControlTable.html`,
  dataResync: `${GUIDE}/CHAP_Validating.DataResync.html`,
  ddlHandling: `${SETTINGS}.DDLHandling.html`,
  errorHandling: `${SETTINGS}.ErrorHandling.html`,
  filters: `${GUIDE}/CHAP_Tasks.CustomizingTasks.Filters.html`,
  fullLoad: `${SETTINGS}.FullLoad.html`,
  lobs: `${GUIDE}/CHAP_Tasks.LOBSupport.html`,
  logging: `${SETTINGS}.Logging.html`,
  parallelLoad: `${MAPPING}.Tablesettings.html`,
  selections: `${MAPPING}.Selections.html`,
  source: SOURCE,
  sourceCdc: `${SOURCE}#CHAP_Source.PostgreSQL.Security`,
  sourceLimits: `${SOURCE}#CHAP_Source.PostgreSQL.Limitations`,
  sourceSettings: `${SOURCE}#CHAP_Source.PostgreSQL.ConnectionAttrib`,
  sourceStart: `${SOURCE}#CHAP_Source.PostgreSQL.v10`,
  ssl: `${GUIDE}/CHAP_Security.SSL.html`,
  target: `${GUIDE}/CHAP_Target.PostgreSQL.html`,
  targetMetadata: `${SETTINGS}.TargetMetadata.html`,
  transformations: `${MAPPING}.Transformations.html`,
  validation: `${GUIDE}/CHAP_Validating.html`,
  endpointUpdates: 'https://github.com/hashicorp/terraform-provider-aws/issues/46139',
  postgresqlReplication: 'https://www.postgresql.org/docs/current/runtime-config-replication.html',
} as const;
