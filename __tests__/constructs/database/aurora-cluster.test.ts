import { describe, expect, test } from '@jest/globals';
import { TerraformOutput } from 'cdktf';
import { AuroraCluster, type AuroraClusterProps, REPLICATION_LIMITS } from '../../../constructs/database';
import { EncryptionKeys } from '../../../constructs/encryption';
import type { DeploymentProps } from '../../../constructs/naming';
import { ServiceRole } from '../../../constructs/policy';
import { type Json, parsePolicy, synthesize, type Template } from '../../support/template';

const PROVISIONED = {
  mode: 'provisioned',
  writerInstanceClass: 'db.r6g.xlarge',
  readerInstanceClass: 'db.r6g.large',
  readerCount: 2,
} as const;
const SERVERLESS = { mode: 'serverless', minAcu: 0.5, maxAcu: 8, readerCount: 1 } as const;

const build = (
  props: Partial<AuroraClusterProps> = {},
  deployment: Partial<DeploymentProps> = {},
  use: (cluster: AuroraCluster) => void = () => undefined,
): Template =>
  synthesize((stack) => {
    const keys = new EncryptionKeys(stack, 'Keys', { purposes: ['database', 'secrets', 'logs'] });
    use(
      new AuroraCluster(stack, 'Database', {
        vpcId: 'vpc-1',
        subnetIds: ['subnet-1', 'subnet-2', 'subnet-3'],
        capacity: PROVISIONED,
        storageKey: keys.database,
        secretsKey: keys.secrets,
        logsKey: keys.logs,
        ...props,
      }),
    );
  }, deployment);

const CLUSTER = 'aws_rds_cluster';
const INSTANCE = 'aws_rds_cluster_instance';
const keyArn = (id: string): unknown =>
  expect.stringMatching(new RegExp(`^\\$\\{aws_kms_key\\.Keys_${id}_.*\\.arn\\}$`));

const instances = (template: Template): Json[] =>
  template.list(INSTANCE).sort((a, b) => Number(a.promotion_tier) - Number(b.promotion_tier));

const parameters = (template: Template, type: string): Json =>
  Object.fromEntries(
    (template.resource(type).parameter as Json[]).map(({ name, value, apply_method }) => [
      name as string,
      `${value as string} ${apply_method as string}`,
    ]),
  );

describe('an Aurora cluster', () => {
  test('is PostgreSQL 16, long-term support, under a stable name', () => {
    expect(build().resource(CLUSTER)).toMatchObject({
      cluster_identifier: 'aurora-cluster-test',
      engine: 'aurora-postgresql',
      engine_version: '16.8',
      database_name: 'payments',
      port: 5432,
    });
  });

  test('is encrypted with its own key', () => {
    expect(build().resource(CLUSTER)).toMatchObject({ storage_encrypted: true, kms_key_id: keyArn('Database') });
  });

  test('leaves the master password to RDS, which rotates it every 30 days and encrypts it with the key for secrets', () => {
    const template = build();
    const cluster = template.resource(CLUSTER);
    expect(cluster).toMatchObject({
      master_username: 'payment_admin',
      manage_master_user_password: true,
      master_user_secret_kms_key_id: keyArn('Secrets'),
    });
    expect(cluster).not.toHaveProperty('master_password');
    expect(template.resource('aws_secretsmanager_secret_rotation')).toMatchObject({
      secret_id: expect.stringMatching(/^\$\{aws_rds_cluster\..*\.master_user_secret\[0\]\.secret_arn\}$/),
      rotation_rules: { automatically_after_days: 30 },
    });
  });

  test('rotates the secret first when every instance is there: a cluster that resets its password takes no new one', () => {
    expect(build().resource('aws_secretsmanager_secret_rotation').depends_on).toEqual([
      expect.stringMatching(/^aws_rds_cluster_instance\.Database_Writer_/),
      expect.stringMatching(/^aws_rds_cluster_instance\.Database_Reader1_/),
      expect.stringMatching(/^aws_rds_cluster_instance\.Database_Reader2_/),
    ]);
  });

  test('rotates the secret only after what signs in as the master user in the same deployment', () => {
    const template = build({}, {}, (cluster) => {
      cluster.rotateMasterSecretAfter({ fqn: 'aws_lambda_invocation.run' });
    });
    expect(template.resource('aws_secretsmanager_secret_rotation').depends_on).toEqual([
      expect.stringMatching(/^aws_rds_cluster_instance\.Database_Writer_/),
      expect.stringMatching(/^aws_rds_cluster_instance\.Database_Reader1_/),
      expect.stringMatching(/^aws_rds_cluster_instance\.Database_Reader2_/),
      'aws_lambda_invocation.run',
    ]);
  });

  test('lets whom it is asked to read the master password, and nothing else', () => {
    const template = build({}, {}, (cluster) => {
      cluster.grantReadMasterSecret(
        new ServiceRole(cluster, 'Reader', { component: 'reader', service: 's', description: 'd' }),
      );
    });
    const policies = Object.entries(template.resources('aws_iam_role_policy'));
    const [policy] = policies.flatMap(([id, body]) => (id.includes('Reader') ? [body] : []));
    expect(parsePolicy(policy?.policy).Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource: expect.stringMatching(/^\$\{aws_rds_cluster\..*\.master_user_secret\[0\]\.secret_arn\}$/),
      },
      { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:DescribeKey'], Resource: keyArn('Secrets') },
    ]);
  });

  test('lets roles sign in through IAM', () => {
    expect(build().resource(CLUSTER).iam_database_authentication_enabled).toBe(true);
  });

  test('lies in the subnets given, behind a security group without rules', () => {
    const template = build();
    expect(template.resource('aws_db_subnet_group')).toMatchObject({
      name: 'aurora-subnets-test',
      subnet_ids: ['subnet-1', 'subnet-2', 'subnet-3'],
    });
    expect(template.resource('aws_security_group').name).toBe('database-sg-test');
    expect(template.addresses.filter((address) => address.includes('_rule.'))).toEqual([]);
    expect(template.resource(CLUSTER)).toMatchObject({
      db_subnet_group_name: expect.stringMatching(/aws_db_subnet_group/),
      vpc_security_group_ids: [expect.stringMatching(/aws_security_group/)],
    });
  });

  test('is backed up for 35 days, before the maintenance window', () => {
    expect(build().resource(CLUSTER)).toMatchObject({
      backup_retention_period: 35,
      preferred_backup_window: '03:00-04:00',
      preferred_maintenance_window: 'sun:04:30-sun:05:30',
      copy_tags_to_snapshot: true,
    });
  });

  test('takes what the environment says instead of the defaults', () => {
    const template = build({
      engineVersion: '15.10',
      databaseName: 'ledger',
      masterUsername: 'owner',
      backupRetentionDays: 7,
      backupWindow: '01:00-02:00',
      maintenanceWindow: 'mon:02:00-mon:03:00',
      logRetentionDays: 30,
    });
    expect(template.resource(CLUSTER)).toMatchObject({
      engine_version: '15.10',
      database_name: 'ledger',
      master_username: 'owner',
      backup_retention_period: 7,
      preferred_backup_window: '01:00-02:00',
      preferred_maintenance_window: 'mon:02:00-mon:03:00',
    });
    expect(template.resource('aws_cloudwatch_log_group').retention_in_days).toBe(30);
  });

  test('writes its log into a group that exists before it, with key and retention', () => {
    const template = build();
    expect(template.resource('aws_cloudwatch_log_group')).toMatchObject({
      name: '/aws/rds/cluster/aurora-cluster-test/postgresql',
      kms_key_id: keyArn('Logs'),
      retention_in_days: 365,
    });
    expect(template.resource(CLUSTER)).toMatchObject({
      enabled_cloudwatch_logs_exports: ['postgresql'],
      depends_on: Object.keys(template.resources('aws_cloudwatch_log_group')).map(
        (id) => `aws_cloudwatch_log_group.${id}`,
      ),
    });
  });
});

describe('accidental loss of an Aurora cluster', () => {
  test('is impossible: no destroy, no deletion without protection off, and then a snapshot', () => {
    const template = build();
    expect(template.resource(CLUSTER)).toMatchObject({
      lifecycle: { prevent_destroy: true },
      deletion_protection: true,
      skip_final_snapshot: false,
      final_snapshot_identifier: 'aurora-cluster-final-test',
      delete_automated_backups: false,
    });
    expect(instances(template).map(({ lifecycle }) => lifecycle)).toEqual(
      Array.from({ length: 3 }, () => ({ prevent_destroy: true })),
    );
  });

  test('is wanted in an environment with teardown, which leaves nothing behind', () => {
    const template = build({}, { teardown: true });
    const cluster = template.resource(CLUSTER);
    expect(cluster).toMatchObject({
      deletion_protection: false,
      skip_final_snapshot: true,
      delete_automated_backups: true,
    });
    expect(cluster).not.toHaveProperty('final_snapshot_identifier');
    expect(cluster).not.toHaveProperty('lifecycle');
    expect(instances(template).map(({ lifecycle }) => lifecycle)).toEqual([undefined, undefined, undefined]);
  });
});

describe('the instances', () => {
  test('are a writer and readers by name, each with its place in the order of failover', () => {
    const template = build();
    expect(
      instances(template).map(({ identifier, instance_class, promotion_tier }) => [
        identifier,
        instance_class,
        promotion_tier,
      ]),
    ).toEqual([
      ['aurora-writer-test', 'db.r6g.xlarge', 0],
      ['aurora-reader-1-test', 'db.r6g.large', 1],
      ['aurora-reader-2-test', 'db.r6g.large', 2],
    ]);
    expect(template.list(CLUSTER).some((cluster) => 'serverlessv2_scaling_configuration' in cluster)).toBe(false);
  });

  test('are serverless ones between two limits where the environment says so', () => {
    const template = build({ capacity: SERVERLESS });
    expect(template.resource(CLUSTER).serverlessv2_scaling_configuration).toEqual({
      min_capacity: 0.5,
      max_capacity: 8,
    });
    expect(instances(template).map(({ instance_class }) => instance_class)).toEqual(['db.serverless', 'db.serverless']);
  });

  test('keep a least capacity of 0', () => {
    const template = build({ capacity: { ...SERVERLESS, minAcu: 0 } });
    expect(template.resource(CLUSTER).serverlessv2_scaling_configuration).toEqual({ min_capacity: 0, max_capacity: 8 });
  });

  test.each([0, 15])('may be a writer and %d readers', (readerCount) => {
    const template = build({ capacity: { ...PROVISIONED, readerCount } });
    expect(instances(template)).toHaveLength(readerCount + 1);
    expect(instances(template).at(-1)?.promotion_tier).toBe(readerCount);
  });

  test('are not touched by one more reader', () => {
    const before = build({ capacity: { ...PROVISIONED, readerCount: 1 } });
    const after = build({ capacity: { ...PROVISIONED, readerCount: 2 } });
    expect(after.resources(INSTANCE)).toMatchObject(before.resources(INSTANCE));
    expect(after.addresses.filter((address) => !before.addresses.includes(address))).toEqual([
      expect.stringMatching(/^aws_rds_cluster_instance\.Database_Reader2_/),
    ]);
  });

  test('are placed by AWS, or zone by zone from the first one', () => {
    expect(instances(build()).some((instance) => 'availability_zone' in instance)).toBe(false);
    const placed = build({
      capacity: { ...PROVISIONED, readerCount: 3 },
      availabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
    });
    expect(instances(placed).map(({ availability_zone }) => availability_zone)).toEqual([
      'us-east-1a',
      'us-east-1b',
      'us-east-1c',
      'us-east-1a',
    ]);
  });

  test('begin with the writer: Aurora makes the first one created the writer', () => {
    const template = build();
    const writer = Object.keys(template.resources(INSTANCE)).find((id) => id.startsWith('Database_Writer_')) ?? 'none';
    const waits = instances(template).map(({ depends_on }) =>
      (depends_on as string[]).filter((address) => address.startsWith(`${INSTANCE}.`)),
    );
    expect(waits).toEqual([[], [`${INSTANCE}.${writer}`], [`${INSTANCE}.${writer}`]]);
  });

  test('are private, pin their certificate authority and do not upgrade themselves', () => {
    expect(instances(build())).toHaveLength(3);
    for (const instance of instances(build())) {
      expect(instance).toMatchObject({
        engine: 'aurora-postgresql',
        publicly_accessible: false,
        ca_cert_identifier: 'rds-ca-rsa2048-g1',
        auto_minor_version_upgrade: false,
        preferred_maintenance_window: 'sun:04:30-sun:05:30',
        copy_tags_to_snapshot: true,
      });
      expect(instance).not.toHaveProperty('engine_version');
    }
  });

  test('are watched: Performance Insights with the key, enhanced monitoring every 60 s with a role of its own', () => {
    const template = build();
    for (const instance of instances(template)) {
      expect(instance).toMatchObject({
        performance_insights_enabled: true,
        performance_insights_kms_key_id: keyArn('Database'),
        performance_insights_retention_period: 7,
        monitoring_interval: 60,
        monitoring_role_arn: expect.stringMatching(/aws_iam_role\.Database_MonitoringRole/),
        depends_on: expect.arrayContaining([expect.stringMatching(/^aws_iam_role_policy_attachment\./)]),
      });
    }
    expect(template.resource('aws_iam_role_policy_attachment').policy_arn).toBe(
      'arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole',
    );
    const role = template.resource('aws_iam_role');
    expect(role.name).toBe('aurora-monitoring-test');
    expect(parsePolicy(role.assume_role_policy).Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'monitoring.rds.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'aws:SourceAccount': '111111111111' },
          ArnLike: { 'aws:SourceArn': 'arn:aws:rds:us-east-1:111111111111:db:*' },
        },
      },
    ]);
  });

  test('keep Performance Insights as long as the environment says', () => {
    const [writer] = instances(build({ performanceInsightsRetentionDays: 465 }));
    expect(writer?.performance_insights_retention_period).toBe(465);
  });
});

describe('the parameters', () => {
  test('force TLS and allow replication in both directions, by the method that AWS keeps for the value', () => {
    const template = build();
    expect(template.resource('aws_rds_cluster_parameter_group')).toMatchObject({
      name: 'aurora-cluster-pg16-test',
      family: 'aurora-postgresql16',
      lifecycle: { create_before_destroy: true },
    });
    expect(parameters(template, 'aws_rds_cluster_parameter_group')).toEqual({
      max_logical_replication_workers: '12 pending-reboot',
      max_replication_slots: '20 pending-reboot',
      max_wal_senders: '25 pending-reboot',
      max_worker_processes: '64 pending-reboot',
      'rds.force_ssl': '1 pending-reboot',
      'rds.logical_replication': '1 pending-reboot',
      ssl_min_protocol_version: 'TLSv1.2 pending-reboot',
    });
    expect(template.resource(CLUSTER).db_cluster_parameter_group_name).toMatch(/aws_rds_cluster_parameter_group/);
  });

  test('log connections, lock waits and slow statements without the values bound to them', () => {
    const template = build();
    expect(template.resource('aws_db_parameter_group')).toMatchObject({
      name: 'aurora-instance-pg16-test',
      family: 'aurora-postgresql16',
      lifecycle: { create_before_destroy: true },
    });
    expect(parameters(template, 'aws_db_parameter_group')).toEqual({
      log_connections: '1 immediate',
      log_disconnections: '1 immediate',
      log_lock_waits: '1 pending-reboot',
      log_min_duration_statement: '1000 immediate',
      log_parameter_max_length: '0 immediate',
    });
    expect(instances(template).map(({ db_parameter_group_name }) => db_parameter_group_name)).toEqual(
      Array.from({ length: 3 }, () => expect.stringMatching(/aws_db_parameter_group/)),
    );
  });

  test('log from the duration that the environment says', () => {
    const template = build({ slowQueryMilliseconds: 250 });
    expect(parameters(template, 'aws_db_parameter_group')).toMatchObject({
      log_min_duration_statement: '250 immediate',
    });
  });

  test.each([
    ['14.6', '14'],
    ['17.7', '17'],
  ])('belong to the family of %s, in groups of their own', (engineVersion, major) => {
    const template = build({ engineVersion });
    for (const type of ['aws_rds_cluster_parameter_group', 'aws_db_parameter_group']) {
      expect(template.resource(type)).toMatchObject({
        family: `aurora-postgresql${major}`,
        name: expect.stringMatching(new RegExp(`-pg${major}-test$`)),
      });
    }
  });

  test('leave room as PostgreSQL asks for: senders for every slot, processes for every worker', () => {
    const { slots, walSenders, logicalWorkers, workers } = REPLICATION_LIMITS;
    expect(walSenders).toBeGreaterThan(slots);
    // The launcher is one more, and 8 parallel workers are PostgreSQL's default.
    expect(workers).toBeGreaterThanOrEqual(logicalWorkers + 1 + 8);
  });
});

describe('whoever uses an Aurora cluster', () => {
  test('finds endpoints, secret and names as references', () => {
    const template = build({}, {}, (cluster) => {
      const values = {
        identifier: cluster.clusterIdentifier,
        arn: cluster.clusterArn,
        resource_id: cluster.clusterResourceId,
        endpoint: cluster.endpoint,
        reader: cluster.readerEndpoint,
        secret: cluster.masterSecretArn,
        instances: [...cluster.instanceIdentifiers],
      };
      Object.entries(values).forEach(([id, value]) => {
        new TerraformOutput(cluster.node.scope as AuroraCluster, id, { value, staticId: true });
      });
      expect([cluster.port, cluster.databaseName, cluster.masterUsername]).toEqual([5432, 'payments', 'payment_admin']);
      expect(cluster.securityGroup.component).toBe('database');
    });
    const reference = (attribute: string): unknown => ({
      value: expect.stringMatching(new RegExp(`^\\$\\{aws_rds_cluster\\..*\\.${attribute}\\}$`)),
    });
    expect(template.block('output')).toMatchObject({
      identifier: reference('cluster_identifier'),
      arn: reference('arn'),
      resource_id: reference('cluster_resource_id'),
      endpoint: reference('endpoint'),
      reader: reference('reader_endpoint'),
      secret: reference('master_user_secret\\[0\\]\\.secret_arn'),
      instances: {
        value: ['Writer', 'Reader1', 'Reader2'].map((id) =>
          expect.stringMatching(new RegExp(`^\\$\\{aws_rds_cluster_instance\\.Database_${id}_.*\\.identifier\\}$`)),
        ),
      },
    });
  });

  const grant = (databaseUser: string): Template =>
    build({}, {}, (cluster) => {
      const role = new ServiceRole(cluster, 'Processing', {
        component: 'processing',
        service: 'lambda.amazonaws.com',
        description: 'Processes',
      });
      cluster.grantConnect(role, databaseUser);
    });

  test('may sign in as one database user of this cluster', () => {
    expect(parsePolicy(grant('ledger_writer').resource('aws_iam_role_policy').policy).Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'rds-db:connect',
        Resource: expect.stringMatching(
          /^arn:aws:rds-db:us-east-1:111111111111:dbuser:\$\{aws_rds_cluster\..*\.cluster_resource_id\}\/ledger_writer$/,
        ),
      },
    ]);
  });

  test('may not sign in as every user', () => {
    expect(() => grant('*')).toThrow(
      new Error(
        'databaseUser must be 1 to 63 lower-case letters, digits and _, starting with a letter, got "*"; name one user: a pattern would admit all',
      ),
    );
  });
});

describe('wrong props of an Aurora cluster', () => {
  test('are reported all at once', () => {
    const wrong: Partial<AuroraClusterProps> = {
      subnetIds: ['subnet-1'],
      engineVersion: '13.9',
      capacity: { ...PROVISIONED, writerInstanceClass: 'db.t3.micro' },
      databaseName: 'postgres',
      masterUsername: 'admin',
      backupRetentionDays: 6,
      backupWindow: 'never',
      slowQueryMilliseconds: 0,
      performanceInsightsRetentionDays: 8,
    };
    const fields = [
      "subnetIds must hold at least 2 subnets, in different zones, got 1; pass the network's database subnets",
      'engineVersion ',
      'capacity\\.writerInstanceClass ',
      'databaseName ',
      'masterUsername ',
      'backupRetentionDays ',
      'backupWindow ',
      'slowQueryMilliseconds ',
      'performanceInsightsRetentionDays ',
    ];
    expect(() => build(wrong)).toThrow(new RegExp(`^${fields.map((field) => `${field}.*`).join('\\n')}$`));
  });

  test('are refused at 1 subnet and accepted at 2', () => {
    expect(() => build({ subnetIds: ['subnet-1'] })).toThrow(/^subnetIds must hold at least 2 subnets/);
    expect(build({ subnetIds: ['subnet-1', 'subnet-2'] }).list(CLUSTER)).toHaveLength(1);
  });
});
