import type { EncryptionKey } from '../encryption';
import type { LogRetentionDays } from '../monitoring/encrypted-log-group';
import type { SecurityGroup } from '../network/security-group';
import type { DeclaredTable } from './declared-table';
import type { DecodingPlugin } from './endpoint-settings';
import type { TableName } from './table-mappings';

/** The on-premises PostgreSQL: where changes come from, and where they go on the way back. */
export interface OnPremisesDatabase {
  /** The server's name, as its certificate has it (an address only if the certificate holds it). */
  readonly host: string;
  /** @default 5432 */
  readonly port?: number;
  readonly databaseName: string;
  /** The authority that signed the server's certificate, in PEM form. */
  readonly caCertificatePem: string;
  /** The networks that the server is in, for the security group. Where `host` is an address, that one alone is let through. */
  readonly cidrs: readonly string[];
  /**
   * The role that DMS reads with.
   * @default 'dms_capture'
   */
  readonly captureUsername?: string;
  /**
   * The role that DMS writes with on the way back. A superuser must have given it session_replication_role = replica.
   * @default 'dms_apply'
   */
  readonly applyUsername?: string;
}

/** The Aurora cluster: where changes go, and where they come from on the way back. */
export interface AuroraDatabase {
  /** The cluster's writer endpoint. */
  readonly host: string;
  /** A number, not a token: 1 to 65535. */
  readonly port: number;
  readonly databaseName: string;
  /** The cluster's security group. */
  readonly securityGroup: SecurityGroup;
  /**
   * The role that DMS writes with. It needs rds_superuser, to pass the fence.
   * @default 'dms_apply'
   */
  readonly applyUsername?: string;
  /**
   * The role that DMS reads with on the way back. It needs rds_replication.
   * @default 'dms_capture'
   */
  readonly captureUsername?: string;
}

export interface DmsReplicationProps {
  readonly vpcId: string;
  /** The private subnets, in at least two availability zones. */
  readonly subnetIds: readonly string[];
  /** The security group of the VPC's interface endpoints: DMS fetches its secrets through one. */
  readonly interfaceEndpointsSecurityGroup: SecurityGroup;
  readonly source: OnPremisesDatabase;
  readonly target: AuroraDatabase;

  /** The instance's class, for instance `dms.r5.xlarge`. */
  readonly instanceClass: string;
  /** The instance's storage: 5 to 6144 GiB. */
  readonly allocatedStorageGib: number;
  /** @default true */
  readonly multiAz?: boolean;
  /** @default '3.6.1' */
  readonly engineVersion?: string;
  /** @default 'sun:05:30-sun:06:30' */
  readonly maintenanceWindow?: string;

  /** The schemas that are replicated, whole. */
  readonly schemas: readonly string[];
  /**
   * The tables, where they are known: the linter then checks each for what DMS loses.
   * @default none is known
   */
  readonly tables?: readonly DeclaredTable[];
  /**
   * Tables of the schemas that stay local to their side.
   * @default none but `writer_epoch`, which is never replicated, and drain markers, which go in their own direction only
   */
  readonly excludedTables?: readonly TableName[];
  /**
   * The longest LOB that is copied whole, in KiB: 1 to 102400. A longer one stops the task; it is never cut.
   * @default 1024
   */
  readonly lobMaxSizeKib?: number;
  /**
   * Tables that are loaded at the same time: 1 to 49.
   * @default 8
   */
  readonly maxFullLoadSubTasks?: number;
  /**
   * How the on-premises server decodes WAL. `test_decoding` is part of PostgreSQL's contrib package; `pglogical` is an
   * extension that must be preloaded, which takes a restart.
   * @default 'test_decoding'
   */
  readonly pluginName?: DecodingPlugin;

  /** The topic that is told when the instance or a task fails. */
  readonly failureTopicArn: string;
  readonly replicationKey: EncryptionKey;
  readonly secretsKey: EncryptionKey;
  readonly logsKey: EncryptionKey;
  /** How long the tasks' logs are kept. */
  readonly logRetentionDays: LogRetentionDays;
}
