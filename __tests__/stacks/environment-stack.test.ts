import { describe, expect, test } from '@jest/globals';
import { dev } from '../../environments/dev';
import { prod } from '../../environments/prod';
import { edited } from '../support/environments';
import { stackOf, stacksOf } from '../support/stacks';
import type { Template } from '../support/template';

const stacks = stacksOf();
const stack = (name: string): Template => {
  const found = stacks[name];
  if (found === undefined) throw new Error(`no stack ${name}`);
  return found;
};

test('each account and each environment is a stack of its own', () => {
  expect(Object.keys(stacks).sort()).toEqual(['account-nonprod', 'account-prod', 'dev', 'prod', 'staging']);
});

describe('an environment', () => {
  test('has the tags of its file', () => {
    expect(stack('prod').block('provider').aws).toMatchObject([
      {
        allowed_account_ids: ['123456789012'],
        default_tags: [
          {
            tags: {
              Project: 'payment',
              Environment: 'prod',
              CostCenter: 'CC-4711',
              MigrationPhase: 'preparation',
              ManagedBy: 'cdktf',
            },
          },
        ],
      },
    ]);
  });

  test('has a state of its own in the bucket of its account', () => {
    expect(stack('prod').block('terraform').backend).toMatchObject({ s3: { key: 'payment/prod/terraform.tfstate' } });
    expect(stack('dev').block('terraform').backend).toMatchObject({
      s3: { bucket: 'payment-terraform-state-210987654321', key: 'payment/dev/terraform.tfstate' },
    });
    const elsewhere = stackOf(edited(dev, { 'state/key': 'other/dev.tfstate' }));
    expect(elsewhere.block('terraform').backend).toMatchObject({ s3: { key: 'other/dev.tfstate' } });
  });

  test('declares both weights without a default', () => {
    const variables = stack('prod').block('variable');
    expect(Object.keys(variables)).toEqual(['aws_traffic_weight', 'green_traffic_weight']);
    expect(Object.values(variables).filter((variable) => 'default' in (variable as object))).toEqual([]);
  });

  test('gives the weights to the records and the listener, and leaves a 0 a 0', () => {
    const weights = stack('prod')
      .list('aws_route53_record')
      .filter((record) => 'set_identifier' in record)
      .map(({ set_identifier: side, weighted_routing_policy: policy }) => [side, policy]);
    expect(Object.fromEntries(weights)).toEqual({
      aws: { weight: '${var.aws_traffic_weight}' },
      'on-prem': { weight: '${100 - var.aws_traffic_weight}' },
    });
    expect(stack('prod').resource('aws_lb_listener', { port: 443 })).toMatchObject({
      default_action: [
        {
          forward: {
            target_group: [{ weight: '${100 - var.green_traffic_weight}' }, { weight: '${var.green_traffic_weight}' }],
          },
        },
      ],
    });
  });

  test('lets no request pass before the firewall stands and both versions can answer', () => {
    expect(stack('prod').resource('aws_lb_listener', { port: 443 }).depends_on).toEqual([
      expect.stringMatching(/^aws_wafv2_web_acl_association\./),
      expect.stringMatching(/^aws_lb_target_group_attachment\.BlueTargetGroup_/),
      expect.stringMatching(/^aws_lb_target_group_attachment\.GreenTargetGroup_/),
    ]);
  });

  test('keeps every generated password out of the state', () => {
    const { json } = stack('prod');
    expect(Object.keys(json.ephemeral as object)).toEqual(['random_password']);
    expect(stack('prod').resources('random_password')).toEqual({});
    const versions = stack('prod').list('aws_secretsmanager_secret_version');
    expect(versions.length).toBeGreaterThan(0);
    // The authorities of the databases' certificates are public.
    const written = versions.filter((version) => 'secret_string' in version);
    expect(written.map(({ secret_id: id }) => id)).toEqual([
      expect.stringMatching(/LedgerSecrets_Authorities_Secret_/),
    ]);
    const generated = versions.filter((version) => /"password" = ephemeral\./.test(String(version.secret_string_wo)));
    expect(generated).toHaveLength(versions.length - written.length);
  });

  test('tells applications where the API and the database are, in parameters under its own name', () => {
    const all = stack('dev').list('aws_ssm_parameter');
    const others = ['/payment/dev/fraud-rules', '/payment/dev/traffic-clearance', '/payment/dev/traffic-steps'];
    const parameters = all.filter(({ name }) => !others.includes(String(name)));
    expect(parameters).toMatchObject([
      { name: '/payment/dev/api-endpoint', type: 'String', insecure_value: 'https://api.dev.payments.example.com' },
      {
        name: '/payment/dev/db-endpoint',
        type: 'String',
        insecure_value: expect.stringMatching(/^\$\{aws_rds_cluster\.Database_Cluster_.*\.endpoint\}$/),
      },
      {
        name: '/payment/dev/table-name',
        type: 'String',
        insecure_value: expect.stringMatching(/^\$\{aws_dynamodb_table\.Transactions_.*\.name\}$/),
      },
    ]);
    expect(all.filter((parameter) => 'value' in parameter)).toEqual([]);
  });

  test('tells who is on call when its database fails, and others what RDS does to it', () => {
    const template = stack('prod');
    const [cluster] = Object.keys(template.resources('aws_rds_cluster'));
    const instances = Object.keys(template.resources('aws_rds_cluster_instance'));
    const subscriptions = template.list('aws_db_event_subscription');
    expect(subscriptions.map(({ name, sns_topic, source_ids }) => [name, sns_topic, source_ids])).toEqual(
      [
        ['aurora-cluster-failures-prod', 'Critical', [`\${aws_rds_cluster.${cluster}.cluster_identifier}`]],
        ['aurora-cluster-notices-prod', 'Warning', [`\${aws_rds_cluster.${cluster}.cluster_identifier}`]],
        ['aurora-instance-failures-prod', 'Critical', expect.anything()],
        ['aurora-instance-notices-prod', 'Warning', expect.anything()],
      ].map(([name, topic, sources]) => [
        name,
        expect.stringMatching(`^\\$\\{aws_sns_topic\\.AlertTopics_${topic as string}_\\w+\\.arn\\}$`),
        sources,
      ]),
    );
    const ofInstances = subscriptions.filter(({ source_type }) => source_type === 'db-instance');
    expect(ofInstances.map(({ source_ids }) => [...(source_ids as string[])].sort())).toEqual(
      ofInstances.map(() => instances.map((id) => `\${aws_rds_cluster_instance.${id}.identifier}`).sort()),
    );
  });

  test('has replication tasks that nobody has started', () => {
    const tasks = stack('prod').list('aws_dms_replication_task');
    expect(tasks.map(({ migration_type: type, start_replication_task: start }) => [type, start])).toEqual(
      expect.arrayContaining([
        ['full-load-and-cdc', false],
        ['cdc', false],
      ]),
    );
    expect(tasks).toHaveLength(3);
  });
});

describe('the sizes of production', () => {
  test('are one db.r6g.xlarge writer and two db.r6g.large readers', () => {
    expect(
      stack('prod')
        .list('aws_rds_cluster_instance')
        .map(({ identifier, instance_class: size }) => [identifier, size]),
    ).toEqual(
      expect.arrayContaining([
        ['aurora-writer-prod', 'db.r6g.xlarge'],
        ['aurora-reader-1-prod', 'db.r6g.large'],
        ['aurora-reader-2-prod', 'db.r6g.large'],
      ]),
    );
  });

  test('are a function of 3008 MiB with 2 to 10 of 100 reserved executions provisioned for each color', () => {
    expect(stack('prod').resource('aws_lambda_function', { function_name: 'payment-validation-prod' })).toMatchObject({
      memory_size: 3008,
      reserved_concurrent_executions: 100,
      runtime: 'nodejs22.x',
      architectures: ['arm64'],
    });
    const targets = stack('prod').list('aws_appautoscaling_target');
    expect(targets.map(({ min_capacity, max_capacity }) => [min_capacity, max_capacity])).toEqual([
      [2, 10],
      [2, 10],
    ]);
  });

  test('are a Multi-AZ replication instance with 500 GiB', () => {
    expect(stack('prod').resource('aws_dms_replication_instance')).toMatchObject({
      replication_instance_class: 'dms.r5.xlarge',
      allocated_storage: 500,
      multi_az: true,
      publicly_accessible: false,
    });
  });

  test('are 1,000 requests a minute and address, from which known callers are exempt', () => {
    expect(stack('prod').resource('aws_wafv2_ip_set')).toMatchObject({
      addresses: ['198.51.100.0/28', '203.0.113.128/26'],
    });
    expect(JSON.stringify(stack('prod').resource('aws_wafv2_web_acl').rule)).toContain(
      '"evaluation_window_sec":60,"limit":1000',
    );
  });
});

describe('what an environment does not use', () => {
  const alone = stackOf(
    edited(dev, {
      onPremises: undefined,
      replication: undefined,
      cutover: undefined,
      traffic: undefined,
      'ingress/scheme': 'internal',
    }),
  );

  test.each([
    'aws_vpn_connection',
    'aws_customer_gateway',
    'aws_dms_replication_instance',
    'aws_dms_replication_task',
    'aws_cloudwatch_composite_alarm',
    'aws_route53_health_check',
    'aws_appautoscaling_target',
  ])('does not create %s', (type) => {
    expect(Object.values(stacks).some((template) => template.list(type).length > 0)).toBe(true);
    expect(alone.list(type)).toEqual([]);
  });

  test('calls no service over an endpoint that only the cutover needs', () => {
    const services = (template: Template): string[] =>
      template
        .list('aws_vpc_endpoint')
        .map(({ service_name: name }) => String(name).replace('com.amazonaws.us-east-1.', ''));
    expect(services(stack('dev')).filter((name) => !services(alone).includes(name))).toEqual(['dms', 'lambda']);
  });

  test('declares no variable', () => {
    expect(Object.keys(alone.block('variable'))).toEqual(['green_traffic_weight']);
  });

  test('has no output either', () => {
    const outputs = Object.keys(alone.block('output'));
    expect(Object.keys(stack('dev').block('output')).filter((name) => !outputs.includes(name))).toEqual([
      'advance_state_machine_arn',
      'comparison_bucket',
      'comparison_state_machine_arn',
      'cutover_state_machine_arn',
      'finish_state_machine_arn',
      'migration_approvals_policy_arn',
      'migration_operations_policy_arn',
      'replicate_state_machine_arn',
      'replication_forward_cdc_task_arn',
      'replication_instance_arn',
      'replication_reverse_source_secret_arn',
      'replication_reverse_target_secret_arn',
      'replication_reverse_task_arn',
      'replication_source_secret_arn',
      'replication_target_secret_arn',
      'replication_task_arn',
      'resume_state_machine_arn',
      'rollback_state_machine_arn',
      'rollback_trigger_function',
    ]);
  });
});

test('an environment may follow a transit gateway to its on-premises network, and name both sides by host', () => {
  const template = stackOf(
    edited(prod, {
      'onPremises/link': { kind: 'transit-gateway', transitGatewayId: 'tgw-0123456789abcdef0' },
      'traffic/onPremises': { kind: 'host-name', hostName: 'lb.corp.example.com' },
    }),
  );
  expect(template.list('aws_vpn_connection')).toEqual([]);
  expect(template.list('aws_ec2_transit_gateway_vpc_attachment')).toHaveLength(1);
  expect(template.resource('aws_route53_record', { set_identifier: 'aws' })).toMatchObject({ type: 'CNAME' });
});
