import { DbParameterGroup } from '@cdktf/provider-aws/lib/db-parameter-group';
import { DbSubnetGroup } from '@cdktf/provider-aws/lib/db-subnet-group';
import { RdsCluster } from '@cdktf/provider-aws/lib/rds-cluster';
import { RdsClusterInstance } from '@cdktf/provider-aws/lib/rds-cluster-instance';
import { RdsClusterParameterGroup } from '@cdktf/provider-aws/lib/rds-cluster-parameter-group';
import { SecretsmanagerSecretRotation } from '@cdktf/provider-aws/lib/secretsmanager-secret-rotation';
import { dependable, type ITerraformDependable, TerraformResource } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import { type EncryptionKey, grantReadSecret } from '../encryption';
import { EncryptedLogGroup } from '../monitoring/encrypted-log-group';
import { Deployment } from '../naming';
import { SecurityGroup } from '../network/security-group';
import { type Grantee, onlyForAccount, ServiceRole } from '../policy';
import { requireNone } from '../validation/problem';
import {
  auroraClusterProblems,
  type AuroraClusterProps,
  type AuroraClusterSettings,
  withDefaults,
} from './aurora-cluster-props';
import { parseEngineVersion } from './engine-version';
import { databaseUserProblems } from './identifiers';
import { type InstancePlan, planInstances } from './instance-plan';
import { clusterParameters, instanceParameters } from './parameters';

const ENGINE = 'aurora-postgresql';
const PORT = 5432;

/**
 * The certificate authority of the server certificates. RSA 2048 is the one that every driver and DMS accept; it is valid
 * until 2061, and RDS renews certificates below it without a restart. Pinned, because AWS's default may change and
 * clients verify against it.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.SSL.html
 */
const CA_CERTIFICATE = 'rds-ca-rsa2048-g1';

/** RDS itself rotates every 7 days unless told otherwise. */
const ROTATION_DAYS = 30;

const MONITORING_SECONDS = 60;
const MONITORING_POLICY_ARN = 'arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole';

/**
 * Aurora PostgreSQL, ready to be replicated to and from: encrypted, TLS only, logical replication on, backed up, and kept
 * from accidental replacement. Nobody can reach it until somebody asks: `cluster.securityGroup.allowFrom(…)`.
 */
export class AuroraCluster extends Construct {
  readonly clusterIdentifier: string;
  readonly clusterArn: string;
  /** What IAM authentication calls the cluster, for instance `cluster-ABC…`. */
  readonly clusterResourceId: string;
  /** The host name of the writer, whichever instance that is. */
  readonly endpoint: string;
  /** A host name that spreads connections over the readers; the writer's when there is none. */
  readonly readerEndpoint: string;
  readonly port = PORT;
  readonly databaseName: string;
  readonly masterUsername: string;
  /** The secret with the master user's name and password, and nothing else: no host, no port. */
  readonly masterSecretArn: string;
  readonly securityGroup: SecurityGroup;
  /** The identifiers of the instances, the first writer first. */
  readonly instanceIdentifiers: readonly string[];
  /** What must exist before anybody can connect. */
  readonly dependencies: readonly ITerraformDependable[];
  readonly logGroup: EncryptedLogGroup;
  private readonly secretsKey: EncryptionKey;
  private readonly masterSecretRotation: SecretsmanagerSecretRotation;

  /** @throws Error with everything that is wrong with the props, one a line */
  constructor(scope: Construct, id: string, props: AuroraClusterProps) {
    super(scope, id);
    const settings = withDefaults(props);
    requireNone(auroraClusterProblems(settings));
    const deployment = Deployment.of(this);
    const name = deployment.name('aurora-cluster', 'db-cluster');
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpcId: settings.vpcId,
      component: 'database',
      description: 'Aurora PostgreSQL',
    });
    // RDS would create the group without key and retention if it came first.
    this.logGroup = new EncryptedLogGroup(this, 'Logs', {
      logGroupName: `/aws/rds/cluster/${name}/postgresql`,
      encryptionKey: settings.logsKey,
      retentionDays: settings.logRetentionDays,
    });
    const subnetGroup = new DbSubnetGroup(this, 'Subnets', {
      name: deployment.name('aurora-subnets'),
      description: 'Database subnets of the Aurora cluster',
      subnetIds: [...settings.subnetIds],
    });
    const cluster = this.createCluster(name, settings, subnetGroup);
    this.clusterIdentifier = cluster.clusterIdentifier;
    this.clusterArn = cluster.arn;
    this.clusterResourceId = cluster.clusterResourceId;
    this.endpoint = cluster.endpoint;
    this.readerEndpoint = cluster.readerEndpoint;
    this.databaseName = settings.databaseName;
    this.masterUsername = settings.masterUsername;
    this.masterSecretArn = cluster.masterUserSecret.get(0).secretArn;
    const instances = this.createInstances(cluster, settings, subnetGroup);
    this.instanceIdentifiers = instances.map(({ identifier }) => identifier);
    this.dependencies = instances;
    this.secretsKey = settings.secretsKey;
    this.masterSecretRotation = new SecretsmanagerSecretRotation(this, 'MasterSecretRotation', {
      secretId: this.masterSecretArn,
      rotationRules: { automaticallyAfterDays: ROTATION_DAYS },
      // The schedule starts with a rotation. While that resets the password, the cluster takes no new instance.
      dependsOn: [...instances],
    });
  }

  /**
   * Lets a role sign in as a database user with a token instead of a password. The user must exist and be a member of
   * `rds_iam`.
   * @param databaseUser the user's name, not a pattern
   * @throws Error when it is no name
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
   */
  grantConnect(grantee: Grantee, databaseUser: string): void {
    requireNone(databaseUserProblems(databaseUser));
    grantee.addStatements({
      actions: ['rds-db:connect'],
      resources: [Deployment.of(this).arn('rds-db', `dbuser:${this.clusterResourceId}/${databaseUser}`)],
    });
  }

  /** Lets a role read the master user's name and password. RDS rotates that secret, and nobody else writes it. */
  grantReadMasterSecret(grantee: Grantee): void {
    grantReadSecret(grantee, this.masterSecretArn, this.secretsKey);
  }

  /**
   * Has the schedule of the master password, which starts with a rotation, wait until this is done: what signs in as the
   * master user in the same deployment would otherwise meet a password that changes just then.
   */
  rotateMasterSecretAfter(...dependencies: ITerraformDependable[]): void {
    const rotation = this.masterSecretRotation;
    rotation.dependsOn = [...(rotation.dependsOn ?? []), ...dependencies.map(dependable)];
  }

  private createCluster(name: string, settings: AuroraClusterSettings, subnetGroup: DbSubnetGroup): RdsCluster {
    const deployment = Deployment.of(this);
    const { capacity } = settings;
    const parameterGroup = new RdsClusterParameterGroup(this, 'Parameters', {
      name: deployment.name(`aurora-cluster-pg${majorOf(settings)}`),
      description: 'TLS only, logical replication in both directions',
      family: `${ENGINE}${majorOf(settings)}`,
      parameter: clusterParameters(),
      // A new major needs a new group: it must exist before the cluster can leave the old one.
      lifecycle: { createBeforeDestroy: true },
    });
    return new RdsCluster(this, 'Cluster', {
      clusterIdentifier: name,
      engine: ENGINE,
      engineVersion: settings.engineVersion,
      databaseName: settings.databaseName,
      port: PORT,
      masterUsername: settings.masterUsername,
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: settings.secretsKey.keyArn,
      iamDatabaseAuthenticationEnabled: true,
      storageEncrypted: true,
      kmsKeyId: settings.storageKey.keyArn,
      dbSubnetGroupName: subnetGroup.name,
      vpcSecurityGroupIds: [this.securityGroup.securityGroupId],
      dbClusterParameterGroupName: parameterGroup.name,
      serverlessv2ScalingConfiguration:
        capacity.mode === 'serverless' ? { minCapacity: capacity.minAcu, maxCapacity: capacity.maxAcu } : undefined,
      enabledCloudwatchLogsExports: ['postgresql'],
      backupRetentionPeriod: settings.backupRetentionDays,
      preferredBackupWindow: settings.backupWindow,
      preferredMaintenanceWindow: settings.maintenanceWindow,
      copyTagsToSnapshot: true,
      deletionProtection: !deployment.teardown,
      skipFinalSnapshot: deployment.teardown,
      // A stable name: a cluster that was deleted, made anew and is deleted again stops here until the snapshot is moved.
      finalSnapshotIdentifier: deployment.teardown ? undefined : deployment.name('aurora-cluster-final', 'db-cluster'),
      deleteAutomatedBackups: deployment.teardown,
      lifecycle: deployment.protection,
      dependsOn: resourcesOf(this.logGroup),
    });
  }

  private createInstances(
    cluster: RdsCluster,
    settings: AuroraClusterSettings,
    subnetGroup: DbSubnetGroup,
  ): readonly RdsClusterInstance[] {
    const deployment = Deployment.of(this);
    const parameterGroup = new DbParameterGroup(this, 'InstanceParameters', {
      name: deployment.name(`aurora-instance-pg${majorOf(settings)}`),
      description: 'Connections, slow statements and lock waits are logged',
      family: `${ENGINE}${majorOf(settings)}`,
      parameter: instanceParameters(settings.slowQueryMilliseconds),
      lifecycle: { createBeforeDestroy: true },
    });
    const monitoringRole = new ServiceRole(this, 'MonitoringRole', {
      component: 'aurora-monitoring',
      service: 'monitoring.rds.amazonaws.com',
      description: 'Lets RDS write enhanced monitoring of the Aurora instances',
      trustConditions: onlyForAccount(deployment.accountId, deployment.arn('rds', 'db:*')),
      managedPolicyArns: [MONITORING_POLICY_ARN],
    });
    const create = (plan: InstancePlan, dependsOn: TerraformResource[]): RdsClusterInstance =>
      new RdsClusterInstance(this, plan.id, {
        identifier: deployment.name(plan.component, 'db-instance'),
        clusterIdentifier: cluster.clusterIdentifier,
        engine: ENGINE,
        instanceClass: plan.instanceClass,
        promotionTier: plan.promotionTier,
        availabilityZone: plan.availabilityZone,
        dbSubnetGroupName: subnetGroup.name,
        dbParameterGroupName: parameterGroup.name,
        publiclyAccessible: false,
        caCertIdentifier: CA_CERTIFICATE,
        // The cluster's engineVersion is the only one that decides.
        autoMinorVersionUpgrade: false,
        preferredMaintenanceWindow: settings.maintenanceWindow,
        copyTagsToSnapshot: true,
        monitoringInterval: MONITORING_SECONDS,
        monitoringRoleArn: monitoringRole.roleArn,
        performanceInsightsEnabled: true,
        performanceInsightsKmsKeyId: settings.storageKey.keyArn,
        performanceInsightsRetentionPeriod: settings.performanceInsightsRetentionDays,
        lifecycle: deployment.protection,
        dependsOn,
      });
    const roleResources = resourcesOf(monitoringRole);
    return planInstances(settings.capacity, settings.availabilityZones).reduce<RdsClusterInstance[]>(
      // Aurora makes the first instance the writer: the readers wait for it.
      (created, plan) => [...created, create(plan, [...roleResources, ...created.slice(0, 1)])],
      [],
    );
  }
}

const majorOf = ({ engineVersion }: AuroraClusterSettings): string => `${parseEngineVersion(engineVersion)?.major}`;

/** The Terraform resources of a construct, for `dependsOn`. */
const resourcesOf = (construct: IConstruct): TerraformResource[] =>
  construct.node.findAll().filter((child) => TerraformResource.isTerraformResource(child));
