import { z } from 'zod';
import { LOG_RETENTION_DAYS } from '../../constructs/monitoring/encrypted-log-group';
import { flag, integer, list, matching, numeric, oneOf, oneOfNumbers, section, text, variant } from './primitives';

const identifier = (what: string) =>
  matching(
    /^[a-z_][a-z0-9_]{0,62}$/,
    `must be a PostgreSQL identifier: 1 to 63 lower-case letters, digits and _, not starting with a digit (${what})`,
    'choose such a name',
  );

const readerCount = () => integer(0, 15, 'Aurora replicas');

const instanceClass = () =>
  matching(
    /^db\.[a-z0-9]+\.[a-z0-9]+$/,
    'must be an instance class of Aurora PostgreSQL, as db.r6g.large',
    'choose one that Aurora PostgreSQL offers in the region',
  );

const acu = () =>
  numeric(
    { must: 'must be from 0 to 256 in steps of 0.5 (Aurora capacity units, 2 GiB each)', fix: 'choose such a value' },
    (value) => value >= 0 && value <= 256 && Number.isInteger(value * 2),
  );

const capacity = variant(
  'mode',
  ['provisioned', 'serverless'],
  [
    section({
      mode: z.literal('provisioned').describe('Instances of fixed size.'),
      writerInstanceClass: instanceClass().describe("The writer's instance class."),
      readerInstanceClass: instanceClass().describe("The readers' instance class."),
      readerCount: readerCount().describe('Readers, which are also the failover targets.'),
    }),
    section({
      mode: z.literal('serverless').describe('Aurora Serverless v2: instances that scale between two limits.'),
      minAcu: acu().describe('The least capacity an instance shrinks to.'),
      maxAcu: acu().describe('The most capacity an instance grows to.'),
      readerCount: readerCount().describe('Readers, which are also the failover targets.'),
    }),
  ],
).describe('Provisioned instances or Serverless v2: one or the other.');

const dailyWindow = () =>
  matching(
    /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/,
    'must be a daily window in UTC, hh:mm-hh:mm, of at least 30 minutes',
    'write it as 03:00-04:00',
  );

const weeklyWindow = () =>
  matching(
    /^(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d-(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d$/,
    'must be a weekly window in UTC, ddd:hh:mm-ddd:hh:mm, of at least 30 minutes',
    'write it as sun:04:30-sun:05:30',
  );

/** Days that CloudWatch Logs may keep events. */
export const logRetentionDays = () => oneOfNumbers(LOG_RETENTION_DAYS, 'days that CloudWatch Logs offers');

/** Aurora PostgreSQL. */
export const databaseSchema = section({
  engineVersion: matching(
    /^(14|15|16|17)\.\d{1,2}$/,
    'must be a version of Aurora PostgreSQL from major 14 to 17, as 16.8',
    'run aws rds describe-db-engine-versions --engine aurora-postgresql',
  )
    .optional()
    .describe('Major and minor version. Default: the long-term support minor of major 16.'),
  capacity,
  databaseName: identifier('database').default('payments').describe('The database that is created in the cluster.'),
  masterUsername: text(
    {
      must: 'must be a PostgreSQL identifier of 1 to 63 characters that AWS does not reserve (not admin, postgres is allowed)',
      fix: 'choose another, as payment_admin',
    },
    (value) =>
      /^[a-z][a-z0-9_]{0,62}$/.test(value) &&
      !['admin', 'rdsadmin', 'rds_superuser', 'rdsproxyadmin'].includes(value) &&
      !value.startsWith('pg_'),
  )
    .default('payment_admin')
    .describe('The master user, whose password RDS keeps in Secrets Manager and rotates.'),
  backupRetentionDays: integer(7, 35, 'days').default(35).describe('How far back a point-in-time restore reaches.'),
  backupWindow: dailyWindow().default('03:00-04:00').describe('When the daily snapshot is taken.'),
  maintenanceWindow: weeklyWindow().default('sun:04:30-sun:05:30').describe('When AWS may patch.'),
}).describe('The Aurora PostgreSQL cluster.');

const tableName = () => identifier('schema or table');

const column = section({
  name: identifier('column').describe('Its name.'),
  type: text(
    { must: 'must be a PostgreSQL type, as numeric(12,2)', fix: "write the column's type" },
    (value) => value.trim() !== '',
  ).describe("The column's type as PostgreSQL prints it."),
  longestValueKib: numeric({ must: 'must be 0 or more (KiB)', fix: 'measure the longest value' }, (value) => value >= 0)
    .optional()
    .describe('For types that DMS handles as LOB: the longest value, in KiB.'),
});

/** A table that is replicated, as far as the linter needs to know it. */
const table = section({
  schema: tableName().describe('Its schema.'),
  name: tableName().describe('Its name.'),
  primaryKey: list(identifier('column'), 'column names').describe(
    'The columns of its primary key; without one DMS loses updates.',
  ),
  columns: list(column, 'columns').default([]).describe('The columns whose type matters to DMS.'),
});

/** DMS replication from on-premises to Aurora. */
export const replicationSchema = section({
  instanceClass: matching(
    /^dms\.(t3|c5|c6i|c7i|r5|r6i|r7i)\.(micro|small|medium|large|\d{0,2}xlarge)$/,
    'must be an instance class of DMS, as dms.r5.xlarge',
    'choose one that DMS offers in the region',
  ).describe("The replication instance's class."),
  allocatedStorageGib: integer(5, 6144, 'GiB').describe('Its storage, for cached changes and logs.'),
  multiAz: flag().default(true).describe('Whether a standby waits in a second zone.'),
  schemas: list(tableName(), 'schema names').describe('The schemas that are replicated, whole.'),
  tables: list(table, 'tables')
    .default([])
    .describe('The tables, where they are known: the linter then checks each for what DMS loses.'),
  excludedTables: list(
    section({ schema: tableName().describe('Its schema.'), name: tableName().describe('Its name.') }),
    'tables',
  )
    .default([])
    .describe('Tables of the schemas that stay local to their side; writer_epoch always does.'),
  pluginName: oneOf(['test_decoding', 'pglogical'])
    .default('test_decoding')
    .describe('How the on-premises server decodes WAL; pglogical must be preloaded there.'),
  maxFullLoadSubTasks: integer(1, 49, 'tables at a time')
    .default(8)
    .describe('Tables that are loaded at the same time.'),
  lobMaxSizeKib: integer(1, 102_400, 'KiB')
    .default(1024)
    .describe('The longest LOB that is copied whole. A longer one stops the task; it is never cut.'),
}).describe('DMS: full load and change data capture from on-premises to Aurora.');
