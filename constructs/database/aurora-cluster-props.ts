import type { EncryptionKey } from '../encryption';
import type { LogRetentionDays } from '../monitoring/encrypted-log-group';
import type { Problem } from '../validation/problem';
import { backupRetentionProblems, windowProblems } from './backup';
import { type AuroraCapacity, capacityProblems } from './capacity';
import { DEFAULT_AURORA_ENGINE_VERSION, engineVersionProblems } from './engine-version';
import { databaseNameProblems, masterUsernameProblems } from './identifiers';
import { insightsRetentionProblems, slowQueryProblems } from './insights';

export interface AuroraClusterProps {
  readonly vpcId: string;
  /** Subnets without a route to the internet, in at least two zones. */
  readonly subnetIds: readonly string[];
  /** Provisioned instances or Serverless v2: one or the other. */
  readonly capacity: AuroraCapacity;
  /** Encrypts storage, snapshots and Performance Insights. AWS cannot change it without replacing the cluster. */
  readonly storageKey: EncryptionKey;
  /** Encrypts the master user's secret. */
  readonly secretsKey: EncryptionKey;
  /** Encrypts the log group. */
  readonly logsKey: EncryptionKey;
  /**
   * Major and minor version. AWS does not upgrade it by itself, so Terraform and AWS never disagree: raising it here
   * upgrades in the maintenance window. When AWS ends a minor, it upgrades once; then write what it chose. A new major is
   * refused by AWS: it needs a plan of its own.
   * @default '16.8', the long-term support minor of major 16
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Updates.LTS.html
   */
  readonly engineVersion?: string;
  /** @default 'payments' */
  readonly databaseName?: string;
  /**
   * The master user, whose password RDS keeps in Secrets Manager. AWS cannot change it without replacing the cluster.
   * @default 'payment_admin'
   */
  readonly masterUsername?: string;
  /**
   * How far back a point-in-time restore reaches: 7 to 35 days.
   * @default 35
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Backups.html
   */
  readonly backupRetentionDays?: number;
  /**
   * When the daily snapshot is taken: `hh:mm-hh:mm` in UTC, at least 30 minutes.
   * @default '03:00-04:00'
   */
  readonly backupWindow?: string;
  /**
   * When AWS may patch and pending changes are applied: `ddd:hh:mm-ddd:hh:mm` in UTC, at least 30 minutes, outside the
   * backup window.
   * @default 'sun:04:30-sun:05:30'
   */
  readonly maintenanceWindow?: string;
  /**
   * Days that CloudWatch Logs keeps PostgreSQL's log.
   * @default 365, as PCI DSS 10.5.1 asks for
   */
  readonly logRetentionDays?: LogRetentionDays;
  /**
   * Statements that take at least this long are logged, in milliseconds: 1 to 2147483647.
   * @default 1000
   */
  readonly slowQueryMilliseconds?: number;
  /**
   * Days that Performance Insights keeps: 7, a multiple of 31 up to 713, or 731. More than 7 costs.
   * @default 7
   */
  readonly performanceInsightsRetentionDays?: number;
  /**
   * The zones of the instances: the writer in the first, each reader in the next one, then from the first again. AWS cannot
   * move an instance: changing the order replaces instances.
   * @default AWS chooses
   */
  readonly availabilityZones?: readonly string[];
}

/** The props with every default filled in. */
export type AuroraClusterSettings = Required<AuroraClusterProps>;

/** Fills in the defaults. */
export const withDefaults = (props: AuroraClusterProps): AuroraClusterSettings => ({
  ...props,
  engineVersion: props.engineVersion ?? DEFAULT_AURORA_ENGINE_VERSION,
  databaseName: props.databaseName ?? 'payments',
  masterUsername: props.masterUsername ?? 'payment_admin',
  backupRetentionDays: props.backupRetentionDays ?? 35,
  backupWindow: props.backupWindow ?? '03:00-04:00',
  maintenanceWindow: props.maintenanceWindow ?? 'sun:04:30-sun:05:30',
  logRetentionDays: props.logRetentionDays ?? 365,
  slowQueryMilliseconds: props.slowQueryMilliseconds ?? 1000,
  performanceInsightsRetentionDays: props.performanceInsightsRetentionDays ?? 7,
  availabilityZones: props.availabilityZones ?? [],
});

/** Everything that is wrong with a cluster's settings, as far as it shows without asking AWS. */
export const auroraClusterProblems = (
  settings: Omit<AuroraClusterSettings, 'vpcId' | 'storageKey' | 'secretsKey' | 'logsKey'>,
): Problem[] => [
  ...subnetProblems(settings.subnetIds),
  ...engineVersionProblems(settings.engineVersion),
  ...capacityProblems(settings.capacity, settings.engineVersion),
  ...databaseNameProblems(settings.databaseName),
  ...masterUsernameProblems(settings.masterUsername),
  ...backupRetentionProblems(settings.backupRetentionDays),
  ...windowProblems(settings.backupWindow, settings.maintenanceWindow),
  ...slowQueryProblems(settings.slowQueryMilliseconds),
  ...insightsRetentionProblems(settings.performanceInsightsRetentionDays),
];

function subnetProblems(subnetIds: readonly string[]): Problem[] {
  if (subnetIds.length >= 2) return [];
  return [
    {
      field: 'subnetIds',
      must: 'must hold at least 2 subnets, in different zones',
      got: subnetIds.length,
      fix: "pass the network's database subnets",
    },
  ];
}
