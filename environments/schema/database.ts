import * as z from 'zod';
import { BACKUP_RETENTION_DAYS } from '../../constructs/database/backup';
import { ACU_RANGE, isAcu, MAX_READER_COUNT } from '../../constructs/database/capacity';
import { engineVersionProblems } from '../../constructs/database/engine-version';
import { databaseNameProblems, masterUsernameProblems } from '../../constructs/database/identifiers';
import { instanceClassProblems } from '../../constructs/database/instance-class';
import { LOG_RETENTION_DAYS } from '../../constructs/monitoring/log-retention';
import { dailyWindowProblems, weeklyWindowProblems } from '../../constructs/validation/windows';
import { accepted, integer, numeric, oneOfNumbers, section, variant } from './primitives';

const readerCount = () => integer(0, MAX_READER_COUNT, 'Aurora replicas');

const instanceClass = () => accepted((value) => instanceClassProblems('instanceClass', value));

const acu = () =>
  numeric(
    {
      must: `must be from ${ACU_RANGE.min} to ${ACU_RANGE.max} in steps of 0.5 (Aurora capacity units, 2 GiB each)`,
      fix: 'choose such a value',
    },
    (value) => isAcu(value, ACU_RANGE.min, ACU_RANGE.max),
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

/** Days that CloudWatch Logs may keep events. */
export const logRetentionDays = () => oneOfNumbers(LOG_RETENTION_DAYS, 'days that CloudWatch Logs offers');

/** Aurora PostgreSQL. */
export const databaseSchema = section({
  engineVersion: accepted(engineVersionProblems)
    .optional()
    .describe('Major and minor version. Default: the long-term support minor of major 16.'),
  capacity,
  databaseName: accepted(databaseNameProblems)
    .default('payments')
    .describe('The database that is created in the cluster.'),
  masterUsername: accepted(masterUsernameProblems)
    .default('payment_admin')
    .describe('The master user, whose password RDS keeps in Secrets Manager and rotates.'),
  backupRetentionDays: integer(BACKUP_RETENTION_DAYS.min, BACKUP_RETENTION_DAYS.max, 'days')
    .default(35)
    .describe('How far back a point-in-time restore reaches.'),
  backupWindow: accepted((value) => dailyWindowProblems('backupWindow', value))
    .default('03:00-04:00')
    .describe('When the daily snapshot is taken.'),
  maintenanceWindow: accepted((value) => weeklyWindowProblems('maintenanceWindow', value))
    .default('sun:04:30-sun:05:30')
    .describe('When AWS may patch.'),
}).describe('The Aurora PostgreSQL cluster.');
