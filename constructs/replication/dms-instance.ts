import { DmsReplicationInstance } from '@cdktf/provider-aws/lib/dms-replication-instance';
import { DmsReplicationSubnetGroup } from '@cdktf/provider-aws/lib/dms-replication-subnet-group';
import { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption';
import { EncryptedLogGroup, type LogRetentionDays } from '../monitoring/encrypted-log-group';
import { Deployment } from '../naming';
import { requireNone } from '../validation/problem';
import { instanceProblems } from './instance-problems';

export interface DmsInstanceProps {
  /** The private subnets, in at least two availability zones. */
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
  /** The instance's class, for instance `dms.r5.xlarge`. */
  readonly instanceClass: string;
  /** Storage for logs and for changes that wait: 5 to 6144 GiB. */
  readonly allocatedStorageGib: number;
  /**
   * Whether a standby waits in a second zone. A failover restarts the tasks from their positions.
   * @default true
   */
  readonly multiAz?: boolean;
  /**
   * The version of DMS. 3.6.1 or later is asked for: PostgreSQL 14 to 17 on both sides.
   * @default '3.6.1'
   * @see https://docs.aws.amazon.com/dms/latest/userguide/CHAP_ReleaseNotes.html
   */
  readonly engineVersion?: string;
  /**
   * When AWS may patch the instance, in UTC: `ddd:hh:mm-ddd:hh:mm`.
   * @default 'sun:05:30-sun:06:30'
   */
  readonly maintenanceWindow?: string;
  /** The key for replication. An instance cannot change its key. */
  readonly encryptionKey: EncryptionKey;
  /** The key for logs. */
  readonly logsKey: EncryptionKey;
  /** How long the tasks' logs are kept. */
  readonly logRetentionDays: LogRetentionDays;
}

/** The name without the suffix of the instance, and in that of its log group. */
const COMPONENT = 'replication';

/**
 * The machine that replicates: private, encrypted, upgraded only on purpose. The account must hold `dms-vpc-role` before
 * (the account stack makes it).
 */
export class DmsInstance extends Construct {
  readonly replicationInstanceArn: string;
  readonly replicationInstanceId: string;
  readonly logGroup: EncryptedLogGroup;

  /** @throws Error with every value that DMS would not take */
  constructor(scope: Construct, id: string, props: DmsInstanceProps) {
    super(scope, id);
    requireNone(instanceProblems(props));
    const deployment = Deployment.of(this);
    const name = deployment.name(COMPONENT, 'dms-resource');
    // DMS would create the group itself, with its own key and for ever.
    this.logGroup = new EncryptedLogGroup(this, 'LogGroup', {
      logGroupName: `dms-tasks-${name}`,
      encryptionKey: props.logsKey,
      retentionDays: props.logRetentionDays,
    });
    const instance = new DmsReplicationInstance(this, 'Instance', {
      replicationInstanceId: name,
      replicationInstanceClass: props.instanceClass,
      allocatedStorage: props.allocatedStorageGib,
      engineVersion: props.engineVersion ?? '3.6.1',
      // An upgrade restarts the tasks. In the weeks of a migration that is somebody's decision, not a calendar's.
      autoMinorVersionUpgrade: false,
      // Changes of class, storage and version restart the tasks too: they wait for the window.
      applyImmediately: false,
      preferredMaintenanceWindow: props.maintenanceWindow ?? 'sun:05:30-sun:06:30',
      multiAz: props.multiAz ?? true,
      publiclyAccessible: false,
      kmsKeyArn: props.encryptionKey.keyArn,
      replicationSubnetGroupId: this.subnetGroupId(props.subnetIds),
      vpcSecurityGroupIds: [props.securityGroupId],
      lifecycle: deployment.protection,
    });
    this.replicationInstanceArn = instance.replicationInstanceArn;
    this.replicationInstanceId = instance.replicationInstanceId;
  }

  private subnetGroupId(subnetIds: readonly string[]): string {
    return new DmsReplicationSubnetGroup(this, 'SubnetGroup', {
      replicationSubnetGroupId: Deployment.of(this).name(`${COMPONENT}-subnets`, 'dms-resource'),
      replicationSubnetGroupDescription: 'Private subnets of the replication instance',
      subnetIds: [...subnetIds],
    }).replicationSubnetGroupId;
  }
}
