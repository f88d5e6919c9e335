import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { TerraformOutput, type TerraformStack } from 'cdktf';
import { EncryptionKeys } from '../../../constructs/encryption';
import type { DeploymentProps } from '../../../constructs/naming';
import { SecurityGroup } from '../../../constructs/network/security-group';
import { ServiceRole } from '../../../constructs/policy';
import { DmsReplication, rdsCaBundle, type DmsReplicationProps } from '../../../constructs/replication';
import { databaseCaPem } from '../../../environments/on-premises';
import { type Json, parsePolicy, synthesize, type Template } from '../../support/template';

type Overrides = Partial<Omit<DmsReplicationProps, 'source' | 'target'>> & {
  readonly source?: Partial<DmsReplicationProps['source']>;
  readonly target?: Partial<DmsReplicationProps['target']>;
};

const build = (overrides: Overrides = {}, deployment: Partial<DeploymentProps> = {}): Template =>
  synthesize((stack) => {
    add(stack, overrides);
  }, deployment);

const warningsOf = (overrides: Overrides): unknown[] => {
  const warnings: unknown[] = [];
  synthesize((stack) => {
    const { metadata } = add(stack, overrides).node;
    warnings.push(...metadata.filter(({ type }) => type === '@cdktf/warn').map(({ data }) => data as unknown));
  });
  return warnings;
};

const add = (stack: TerraformStack, overrides: Overrides): DmsReplication => {
  const keys = new EncryptionKeys(stack, 'Keys');
  const group = (id: string, component: string): SecurityGroup =>
    new SecurityGroup(stack, id, { vpcId: 'vpc-1', component, description: component });
  const { source, target, ...rest } = overrides;
  return new DmsReplication(stack, 'Replication', {
    vpcId: 'vpc-1',
    subnetIds: ['subnet-1', 'subnet-2'],
    interfaceEndpointsSecurityGroup: group('Endpoints', 'vpc-endpoints'),
    instanceClass: 'dms.r5.xlarge',
    allocatedStorageGib: 500,
    schemas: ['payments'],
    failureTopicArn: 'arn:aws:sns:us-east-1:111111111111:critical-test',
    replicationKey: keys.replication,
    secretsKey: keys.secrets,
    logsKey: keys.logs,
    logRetentionDays: 365,
    ...rest,
    source: {
      host: 'db.example.com',
      databaseName: 'payments',
      caCertificatePem: databaseCaPem,
      cidrs: ['192.168.0.0/16'],
      ...source,
    },
    target: {
      host: 'aurora.cluster-abc.us-east-1.rds.amazonaws.com',
      port: 5432,
      databaseName: 'ledger',
      securityGroup: group('Database', 'database'),
      ...target,
    },
  });
};

const TEMPLATE = build();

const parsed = (text: unknown): Json => JSON.parse(String(text)) as Json;

describe('the replication instance', () => {
  const instance = TEMPLATE.resource('aws_dms_replication_instance');

  test('is private, encrypted, in two zones, and changed by nobody but us', () => {
    expect(instance).toMatchObject({
      replication_instance_id: 'replication-test',
      replication_instance_class: 'dms.r5.xlarge',
      allocated_storage: 500,
      engine_version: '3.6.1',
      auto_minor_version_upgrade: false,
      apply_immediately: false,
      preferred_maintenance_window: 'sun:05:30-sun:06:30',
      multi_az: true,
      publicly_accessible: false,
      kms_key_arn: expect.stringMatching(/^\$\{aws_kms_key\.Keys_Replication_.+\.arn\}$/),
      vpc_security_group_ids: [expect.stringMatching(/Replication_SecurityGroup/)],
      lifecycle: { prevent_destroy: true },
    });
    expect(TEMPLATE.resource('aws_dms_replication_subnet_group')).toMatchObject({
      replication_subnet_group_id: 'replication-subnets-test',
      subnet_ids: ['subnet-1', 'subnet-2'],
    });
  });

  test('takes what the environment says', () => {
    const template = build({
      multiAz: false,
      engineVersion: '3.6.2',
      maintenanceWindow: 'mon:01:00-mon:02:00',
      allocatedStorageGib: 50,
      instanceClass: 'dms.t3.medium',
    });
    expect(template.resource('aws_dms_replication_instance')).toMatchObject({
      multi_az: false,
      engine_version: '3.6.2',
      preferred_maintenance_window: 'mon:01:00-mon:02:00',
      allocated_storage: 50,
      replication_instance_class: 'dms.t3.medium',
    });
  });

  test('logs to a group that exists before DMS would make one', () => {
    expect(TEMPLATE.resource('aws_cloudwatch_log_group')).toMatchObject({
      name: 'dms-tasks-replication-test',
      retention_in_days: 365,
      kms_key_id: expect.stringMatching(/Keys_Logs/),
    });
  });

  test('reaches both databases and the interface endpoints, and nobody reaches it', () => {
    const egress = TEMPLATE.list('aws_vpc_security_group_egress_rule').map((rule) => [
      rule['cidr_ipv4'] ?? rule['referenced_security_group_id'],
      rule['from_port'],
      rule['to_port'],
    ]);
    expect(egress).toEqual([
      [expect.stringMatching(/Database_Group/), 5432, 5432],
      ['192.168.0.0/16', 5432, 5432],
      [expect.stringMatching(/Endpoints_Group/), 443, 443],
    ]);
    const ingress = TEMPLATE.list('aws_vpc_security_group_ingress_rule').map((rule) => rule['security_group_id']);
    expect(ingress).toEqual([expect.stringMatching(/Database_Group/), expect.stringMatching(/Endpoints_Group/)]);
  });

  test('reaches the one address of a host that is an address, at its port', () => {
    const template = build({ source: { host: '192.168.10.20', port: 6432 } });
    expect(template.list('aws_vpc_security_group_egress_rule', { cidr_ipv4: '192.168.10.20/32' })).toMatchObject([
      { from_port: 6432, to_port: 6432 },
    ]);
    expect(template.list('aws_vpc_security_group_egress_rule', { cidr_ipv4: '192.168.0.0/16' })).toEqual([]);
  });
});

describe('the credentials', () => {
  test.each([
    [
      'dms-source-credentials-test',
      '"host" = "db.example.com", "port" = 5432, "username" = "dms_capture", "password" = ' +
        'ephemeral.random_password.Replication_SourceCredentials_Password_',
      '"dbname" = "payments"',
    ],
    [
      'dms-target-credentials-test',
      '"host" = "aurora.cluster-abc.us-east-1.rds.amazonaws.com", "port" = 5432, "username" = "dms_apply", "password" = ' +
        'ephemeral.random_password.Replication_TargetCredentials_Password_',
      '"dbname" = "ledger"',
    ],
    [
      'dms-aurora-source-credentials-test',
      '"host" = "aurora.cluster-abc.us-east-1.rds.amazonaws.com", "port" = 5432, "username" = "dms_capture", "password" = ' +
        'ephemeral.random_password.Replication_AuroraSourceCredentials_Password_',
      '"dbname" = "ledger"',
    ],
    [
      'dms-onprem-target-credentials-test',
      '"host" = "db.example.com", "port" = 5432, "username" = "dms_apply", "password" = ' +
        'ephemeral.random_password.Replication_OnPremisesTargetCredentials_Password_',
      '"dbname" = "payments"',
    ],
  ])('%s hold what DMS wants, the first password by a write-only argument', (name, until, after) => {
    const [id, secret] = Object.entries(TEMPLATE.resources('aws_secretsmanager_secret')).find(
      ([, candidate]) => candidate['name'] === name,
    ) ?? ['', {}];
    expect(secret).toMatchObject({
      kms_key_id: expect.stringMatching(/Keys_Secrets/),
      recovery_window_in_days: 30,
      lifecycle: { prevent_destroy: true },
    });
    const version = TEMPLATE.resource('aws_secretsmanager_secret_version', {
      secret_id: `\${aws_secretsmanager_secret.${id}.id}`,
    });
    expect(version).toMatchObject({ secret_string_wo_version: 1, secret_string_wo: expect.stringContaining(until) });
    expect(version['secret_string_wo']).toEqual(expect.stringContaining(after));
    expect(version).not.toHaveProperty('secret_string');
  });

  test('keep the first version alive when somebody writes another, and leave that one alone', () => {
    const kept = { version_stages: ['AWSCURRENT', 'FIRST'], lifecycle: { ignore_changes: ['version_stages'] } };
    expect(TEMPLATE.list('aws_secretsmanager_secret_version')).toMatchObject([kept, kept, kept, kept]);
  });

  test('are read by DMS of this region and account only, each role its own secret', () => {
    const role = TEMPLATE.resource('aws_iam_role', { name: 'dms-source-credentials-test' });
    expect(parsePolicy(role['assume_role_policy']).Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'dms.us-east-1.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'aws:SourceAccount': '111111111111' },
          ArnLike: { 'aws:SourceArn': 'arn:aws:dms:us-east-1:111111111111:*' },
        },
      },
    ]);
    const [policy] = Object.entries(TEMPLATE.resources('aws_iam_role_policy'))
      .filter(([id]) => id.startsWith('Replication_SourceCredentials'))
      .map(([, found]) => found);
    expect(parsePolicy(policy?.['policy']).Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
        Resource: expect.stringMatching(
          /^\$\{aws_secretsmanager_secret\.Replication_SourceCredentials_Secret_.+\.arn\}$/,
        ),
      },
      {
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:DescribeKey'],
        Resource: expect.stringMatching(/^\$\{aws_kms_key\.Keys_Secrets_.+\.arn\}$/),
      },
    ]);
  });

  test('take other user names', () => {
    const template = build({
      source: { captureUsername: 'reader', applyUsername: 'back_writer' },
      target: { applyUsername: 'writer', captureUsername: 'back_reader' },
    });
    const values = template.list('aws_secretsmanager_secret_version').map((version) => version['secret_string_wo']);
    expect(values).toEqual([
      expect.stringContaining('"username" = "back_reader"'),
      expect.stringContaining('"username" = "back_writer"'),
      expect.stringContaining('"username" = "reader"'),
      expect.stringContaining('"username" = "writer"'),
    ]);
  });
});

describe('the endpoints', () => {
  const endpoint = (name: string): Json => TEMPLATE.resource('aws_dms_endpoint', { endpoint_id: name });
  const source = {
    capture_ddls: false,
    ddl_artifacts_schema: 'awsdms_control',
    execute_timeout: 60,
    fail_tasks_on_lob_truncation: true,
    heartbeat_enable: true,
    heartbeat_frequency: 1,
    heartbeat_schema: 'awsdms_control',
    map_boolean_as_boolean: true,
    max_file_size: 32_768,
    plugin_name: 'test_decoding',
  };

  test('read from on-premises: one for the load, one that starts from the slot', () => {
    for (const name of ['on-premises-source-test', 'on-premises-slot-source-test']) {
      expect(endpoint(name)).toMatchObject({
        endpoint_type: 'source',
        engine_name: 'postgres',
        database_name: 'payments',
        ssl_mode: 'verify-full',
        certificate_arn: expect.stringMatching(/Replication_OnPremisesCertificate/),
        secrets_manager_arn: expect.stringMatching(/SourceCredentials_Secret/),
        secrets_manager_access_role_arn: expect.stringMatching(/SourceCredentials_AccessRole/),
        kms_key_arn: expect.stringMatching(/Keys_Replication/),
        pause_replication_tasks: false,
      });
    }
    expect(endpoint('on-premises-source-test')['postgres_settings']).toEqual(source);
    expect(endpoint('on-premises-slot-source-test')['postgres_settings']).toEqual({
      ...source,
      slot_name: 'dms_forward_test',
    });
  });

  test('write to Aurora past the fence', () => {
    expect(endpoint('aurora-target-test')).toMatchObject({
      endpoint_type: 'target',
      engine_name: 'aurora-postgresql',
      database_name: 'ledger',
      ssl_mode: 'verify-full',
      certificate_arn: expect.stringMatching(/Replication_RdsCertificate/),
      secrets_manager_arn: expect.stringMatching(/TargetCredentials_Secret/),
      postgres_settings: {
        after_connect_script: "SET session_replication_role='replica'",
        execute_timeout: 60,
        map_boolean_as_boolean: true,
        max_file_size: 32_768,
      },
    });
  });

  test('read from Aurora on the way back, from a slot of their own', () => {
    expect(endpoint('aurora-source-test')).toMatchObject({
      endpoint_type: 'source',
      engine_name: 'aurora-postgresql',
      database_name: 'ledger',
      ssl_mode: 'verify-full',
      certificate_arn: expect.stringMatching(/Replication_RdsCertificate/),
      secrets_manager_arn: expect.stringMatching(/AuroraSourceCredentials_Secret/),
      secrets_manager_access_role_arn: expect.stringMatching(/AuroraSourceCredentials_AccessRole/),
      pause_replication_tasks: false,
    });
    expect(endpoint('aurora-source-test')['postgres_settings']).toEqual({ ...source, slot_name: 'dms_reverse_test' });
  });

  test('write to on-premises as a role that a superuser let pass the fence', () => {
    expect(endpoint('on-premises-target-test')).toMatchObject({
      endpoint_type: 'target',
      engine_name: 'postgres',
      database_name: 'payments',
      ssl_mode: 'verify-full',
      certificate_arn: expect.stringMatching(/Replication_OnPremisesCertificate/),
      secrets_manager_arn: expect.stringMatching(/OnPremisesTargetCredentials_Secret/),
      secrets_manager_access_role_arn: expect.stringMatching(/OnPremisesTargetCredentials_AccessRole/),
    });
    expect(endpoint('on-premises-target-test')['postgres_settings']).toEqual({
      execute_timeout: 60,
      map_boolean_as_boolean: true,
      max_file_size: 32_768,
    });
  });

  test('wait for the secret to have a value, and its role a policy', () => {
    expect(endpoint('aurora-target-test')['depends_on']).toEqual([
      expect.stringMatching(/^aws_secretsmanager_secret_version\.Replication_TargetCredentials/),
      expect.stringMatching(/^aws_iam_role_policy\.Replication_TargetCredentials/),
    ]);
  });

  test('take another plugin, and a slot name without hyphens', () => {
    const template = build({ pluginName: 'pglogical' }, { suffix: 'pre-prod' });
    expect(
      template.resource('aws_dms_endpoint', { endpoint_id: 'on-premises-slot-source-pre-prod' })['postgres_settings'],
    ).toMatchObject({ plugin_name: 'pglogical', slot_name: 'dms_forward_pre_prod' });
    // What the on-premises server is told to preload is none of Aurora's business.
    expect(
      template.resource('aws_dms_endpoint', { endpoint_id: 'aurora-source-pre-prod' })['postgres_settings'],
    ).toMatchObject({ plugin_name: 'test_decoding', slot_name: 'dms_reverse_pre_prod' });
  });

  test('verify servers by the authorities given, under names that change with them', () => {
    const [onPremises, rds] = TEMPLATE.list('aws_dms_certificate');
    expect(onPremises).toMatchObject({
      certificate_id: expect.stringMatching(/^on-premises-ca-[0-9a-f]{8}-test$/),
      certificate_pem: `${databaseCaPem}\n`,
      lifecycle: { create_before_destroy: true },
    });
    expect(rds).toMatchObject({
      certificate_id: expect.stringMatching(/^rds-ca-[0-9a-f]{8}-test$/),
      certificate_pem: rdsCaBundle('us-east-1'),
    });
    expect(new X509Certificate(String(rds?.['certificate_pem'])).subject).toContain('us-east-1');
    const other = build({ source: { caCertificatePem: rdsCaBundle('eu-west-1') } }).list('aws_dms_certificate');
    expect(other[0]?.['certificate_id']).not.toBe(onPremises?.['certificate_id']);
    const european = build({}, { region: 'eu-west-1' }).list('aws_dms_certificate');
    expect(european[1]?.['certificate_pem']).toBe(rdsCaBundle('eu-west-1'));
  });

  test('refuse something else than a certificate', () => {
    expect(() => build({ source: { caCertificatePem: 'ca.pem' } })).toThrow(
      'certificatePem must start with -----BEGIN CERTIFICATE----- and end with -----END CERTIFICATE-----, ' +
        `got "ca.pem"; give the authority's certificate in PEM form`,
    );
  });
});

describe('the tasks', () => {
  const task = (name: string): Json => TEMPLATE.resource('aws_dms_replication_task', { replication_task_id: name });

  test.each([
    ['full-load-and-cdc-test', 'full-load-and-cdc', /OnPremisesSource_/, /AuroraTarget_/],
    ['forward-cdc-test', 'cdc', /OnPremisesSlotSource_/, /AuroraTarget_/],
    ['reverse-cdc-test', 'cdc', /AuroraSource_/, /OnPremisesTarget_/],
  ])('%s is created stopped, and left to the orchestrator', (name, migrationType, source, target) => {
    expect(task(name)).toMatchObject({
      migration_type: migrationType,
      source_endpoint_arn: expect.stringMatching(source),
      target_endpoint_arn: expect.stringMatching(target),
      start_replication_task: false,
      lifecycle: {
        prevent_destroy: true,
        ignore_changes: ['cdc_start_position', 'cdc_start_time', 'start_replication_task'],
      },
    });
    expect(task(name)).not.toHaveProperty('cdc_start_position');
  });

  test('pause after the load only, and apply in commit order', () => {
    const load = parsed(task('full-load-and-cdc-test')['replication_task_settings']);
    const cdc = parsed(task('forward-cdc-test')['replication_task_settings']);
    expect(load['FullLoadSettings']).toMatchObject({ StopTaskCachedChangesApplied: true, MaxFullLoadSubTasks: 8 });
    expect(cdc['FullLoadSettings']).toMatchObject({ StopTaskCachedChangesApplied: false });
    expect(load['TargetMetadata']).toMatchObject({ BatchApplyEnabled: false, LobMaxSize: 1024 });
    expect(cdc['TargetMetadata']).toEqual(load['TargetMetadata']);
  });

  test('have the same settings in both directions', () => {
    expect(task('reverse-cdc-test')['replication_task_settings']).toBe(
      task('forward-cdc-test')['replication_task_settings'],
    );
  });

  test.each([
    ['full-load-and-cdc-test', 'drain_marker_reverse'],
    ['forward-cdc-test', 'drain_marker_reverse'],
    ['reverse-cdc-test', 'drain_marker_forward'],
  ])('%s replicates the schemas whole but for what stays local, and %s', (name, marker) => {
    const template = build({ excludedTables: [{ schema: 'payments', name: 'notes' }], lobMaxSizeKib: 64 });
    const found = template.resource('aws_dms_replication_task', { replication_task_id: name });
    const rules = parsed(found['table_mappings'])['rules'] as Json[];
    expect(rules.map((rule) => [rule['rule-action'], rule['object-locator']])).toEqual([
      ['include', { 'schema-name': 'payments', 'table-name': '%' }],
      ['exclude', { 'schema-name': '%', 'table-name': 'writer_epoch' }],
      ['exclude', { 'schema-name': '%', 'table-name': marker }],
      ['exclude', { 'schema-name': 'payments', 'table-name': 'notes' }],
    ]);
    expect(parsed(found['replication_task_settings'])['TargetMetadata']).toMatchObject({ LobMaxSize: 64 });
  });
});

describe('events', () => {
  test('of the instance and of every task reach the topic', () => {
    const topic = 'arn:aws:sns:us-east-1:111111111111:critical-test';
    expect(TEMPLATE.list('aws_dms_event_subscription')).toMatchObject([
      {
        name: 'replication-instance-events-test',
        sns_topic_arn: topic,
        source_type: 'replication-instance',
        source_ids: [expect.stringMatching(/aws_dms_replication_instance/)],
        event_categories: ['deletion', 'failover', 'failure', 'low storage', 'maintenance'],
      },
      {
        name: 'replication-task-events-test',
        sns_topic_arn: topic,
        source_type: 'replication-task',
        source_ids: [/FullLoadAndCdc/, /ForwardCdc/, /ReverseCdc/].map((id): unknown => expect.stringMatching(id)),
        event_categories: ['deletion', 'failure'],
      },
    ]);
  });
});

describe('the replication', () => {
  test('can be torn down to the last resource where the deployment says so', () => {
    const template = build({}, { teardown: true });
    const secrets = template.list('aws_secretsmanager_secret');
    expect(secrets.map(({ recovery_window_in_days, lifecycle }) => [recovery_window_in_days, lifecycle])).toEqual(
      Array(4).fill([0, undefined]),
    );
    expect(template.resource('aws_dms_replication_instance')).not.toHaveProperty('lifecycle');
    const ignored = { ignore_changes: ['cdc_start_position', 'cdc_start_time', 'start_replication_task'] };
    expect(template.list('aws_dms_replication_task').map(({ lifecycle }) => lifecycle)).toEqual([
      ignored,
      ignored,
      ignored,
    ]);
  });

  test('tells everything that is out of range at once', () => {
    expect(() => build({ schemas: [], allocatedStorageGib: 4, lobMaxSizeKib: 0 })).toThrow(
      [
        'schemas must hold at least one schema, got []; name those of the payments',
        'lobMaxSizeKib must be an integer from 1 to 102400 (KiB), got 0; choose a value in that range',
        'allocatedStorageGib must be an integer from 5 to 6144 (GiB), got 4; choose a value in that range',
      ].join('\n'),
    );
  });

  test('refuses everything that the linter finds, at once', () => {
    const tables = [
      { schema: 'payments', name: 'entries', primaryKey: [] },
      {
        schema: 'archive',
        name: 'notes',
        primaryKey: ['id'],
        columns: [
          { name: 'amount', type: 'numeric' },
          { name: 'body', type: 'text', longestValueKib: 4096 },
        ],
      },
    ];
    const page = 'https://docs.aws.amazon.com/dms/latest/userguide/';
    const source = `${page}CHAP_Source.PostgreSQL.html#CHAP_Source.PostgreSQL`;
    const selections = `${page}CHAP_Tasks.CustomizingTasks.TableMapping.SelectionTransformation.Selections.html`;
    expect(() => build({ tables })).toThrow(
      [
        'replication must be safe for the data, got 6 unsafe values',
        'tables[0].primaryKey must name the columns of a primary key, got []; without one DMS ignores every UPDATE and ' +
          `DELETE, leaves LOB columns out, and compares nothing (${source}.Security)`,
        'tables[1].columns[0].type must have a precision and scale, for instance numeric(18,4), got "numeric"; DMS ' +
          `copies it as numeric(28,6): more digits are lost without an error (${source}.Limitations)`,
        'tables[1].columns[1].longestValueKib must fit into LobMaxSize 1024 (KiB; it takes 8192), got 4096; a longer LOB ' +
          `is cut, or stops the task; text takes two bytes a character (${page}CHAP_Tasks.LOBSupport.html)`,
        'tables[1].schema must be a replicated schema: payments, got "archive"; the mappings take in whole schemas: the ' +
          `table would not be replicated (${selections})`,
        'mappings.rules must take in every declared table, got "archive.notes"; a declared table that is not replicated ' +
          `is missing after the switch (${selections})`,
        'settings.TargetMetadata.LobMaxSize must be at least 8192 (KiB, for the longest declared LOB), got 1024; a ' +
          `longer LOB is cut, or stops the task; text takes two bytes a character (${page}CHAP_Tasks.LOBSupport.html)`,
      ].join('\n'),
    );
  });

  test('shows warnings and goes on', () => {
    const template = build({ source: { host: '192.168.10.20' } });
    expect(template.list('aws_dms_replication_task')).toHaveLength(3);
    expect(warningsOf({ source: { host: '192.168.10.20' } })).toEqual([
      expect.stringMatching(/^source\.host must be the host name that the certificate names, got "192\.168\.10\.20"; /),
    ]);
    expect(warningsOf({})).toEqual([]);
  });

  test('keeps its addresses: a moved task would load everything again', () => {
    const stateful = [
      'aws_dms_replication_instance',
      'aws_dms_endpoint',
      'aws_dms_replication_task',
      'aws_secretsmanager_secret',
    ];
    expect(
      TEMPLATE.addresses
        .filter((address) => stateful.some((type) => address.startsWith(`${type}.`)))
        .map((address) => address.replace(/_[0-9A-F]{8}$/, '')),
    ).toEqual([
      'aws_dms_endpoint.Replication_AuroraSource_Endpoint',
      'aws_dms_endpoint.Replication_AuroraTarget_Endpoint',
      'aws_dms_endpoint.Replication_OnPremisesSlotSource_Endpoint',
      'aws_dms_endpoint.Replication_OnPremisesSource_Endpoint',
      'aws_dms_endpoint.Replication_OnPremisesTarget_Endpoint',
      'aws_dms_replication_instance.Replication_Instance',
      'aws_dms_replication_task.Replication_ForwardCdc_Task',
      'aws_dms_replication_task.Replication_FullLoadAndCdc_Task',
      'aws_dms_replication_task.Replication_ReverseCdc_Task',
      'aws_secretsmanager_secret.Replication_AuroraSourceCredentials_Secret',
      'aws_secretsmanager_secret.Replication_OnPremisesTargetCredentials_Secret',
      'aws_secretsmanager_secret.Replication_SourceCredentials_Secret',
      'aws_secretsmanager_secret.Replication_TargetCredentials_Secret',
    ]);
  });
});

describe('a grant on the tasks', () => {
  const granted = (use: (replication: DmsReplication, role: ServiceRole) => void): Json[] => {
    const template = synthesize((stack) => {
      use(add(stack, {}), new ServiceRole(stack, 'Runner', { component: 'r', service: 's', description: 'd' }));
    });
    const [policy] = Object.entries(template.resources('aws_iam_role_policy')).filter(([id]) => /^Runner/.test(id));
    return parsePolicy(policy?.[1]['policy']).Statement;
  };
  const TASKS = ['FullLoadAndCdc', 'ForwardCdc', 'ReverseCdc'].map((task) =>
    expect.stringMatching(`^\\$\\{aws_dms_replication_task\\.Replication_${task}_\\w+\\.replication_task_arn\\}$`),
  );
  const WATCH = [
    { Sid: 'FindReplication', Effect: 'Allow', Action: 'dms:DescribeReplicationTasks', Resource: '*' },
    { Sid: 'WatchReplication', Effect: 'Allow', Action: 'dms:DescribeTableStatistics', Resource: TASKS },
  ];

  test('to watch them changes nothing', () => {
    expect(
      granted((replication, role) => {
        replication.grantWatch(role);
      }),
    ).toEqual(WATCH);
  });

  test('to run them is to start and stop those three', () => {
    expect(
      granted((replication, role) => {
        replication.grantRun(role);
      }),
    ).toEqual([
      ...WATCH,
      {
        Sid: 'RunReplication',
        Effect: 'Allow',
        Action: ['dms:StartReplicationTask', 'dms:StopReplicationTask'],
        Resource: TASKS,
      },
    ]);
  });
});

test('a function finds tasks and slots in its environment', () => {
  const template = synthesize((stack) => {
    new TerraformOutput(stack, 'environment', { value: add(stack, {}).functionEnvironment });
  });
  expect((template.block('output')['environment'] as Json)['value']).toEqual({
    LOAD_TASK_ARN: expect.stringMatching(/Replication_FullLoadAndCdc_/),
    FORWARD_TASK_ARN: expect.stringMatching(/Replication_ForwardCdc_/),
    REVERSE_TASK_ARN: expect.stringMatching(/Replication_ReverseCdc_/),
    FORWARD_SLOT: expect.stringMatching(/^payment_forward|_test/),
    REVERSE_SLOT: expect.stringMatching(/_test/),
  });
});
