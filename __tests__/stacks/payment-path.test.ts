import { describe, expect, test } from '@jest/globals';
import { dev } from '../../environments/dev';
import { prod } from '../../environments/prod';
import * as fraudDetection from '../../lambda/fraud-detection/environment';
import * as paymentReconciliation from '../../lambda/payment-reconciliation/environment';
import * as paymentValidation from '../../lambda/payment-validation/environment';
import * as transactionProcessing from '../../lambda/transaction-processing/environment';
import { edited } from '../support/environments';
import { stackOf, stacksOf } from '../support/stacks';
import { type Json, parsePolicy, type Template } from '../support/template';

const stacks = { ...stacksOf(), ...stacksOf('examples') };
const stack = (name: string): Template => {
  const found = stacks[name];
  if (found === undefined) throw new Error(`no stack ${name}`);
  return found;
};
const ENVIRONMENTS = ['dev', 'staging', 'prod', 'serverless'] as const;

const functionOf = (template: Template, component: string): Json => {
  const [found] = template
    .list('aws_lambda_function')
    .filter(({ function_name: name }) => String(name).startsWith(`${component}-`));
  if (found === undefined) throw new Error(`no function ${component}`);
  return found;
};

const variablesOf = (template: Template, component: string): Record<string, string> =>
  (functionOf(template, component).environment as { variables: Record<string, string> }).variables;

describe.each(ENVIRONMENTS)('in %s', (name) => {
  const template = stack(name);

  test('payments and the authority over writing have a table each', () => {
    expect(
      template
        .list('aws_dynamodb_table')
        .map((table) => table.name)
        .sort(),
    ).toEqual([`migration-state-${name}`, `transactions-${name}`]);
  });

  test('the first database that may be written is the one that holds the payments', () => {
    expect(JSON.parse(String(template.resource('aws_dynamodb_table_item').item))).toMatchObject({
      authority: { S: name === 'serverless' ? 'aurora' : 'on-prem' },
      epoch: { N: '1' },
    });
  });

  test('the stream of payments feeds screening with what was accepted and booking with what was approved', () => {
    const mappings = template.list('aws_lambda_event_source_mapping');
    const statuses = mappings.map(({ function_name: alias, filter_criteria: criteria }) => [
      /^\$\{aws_lambda_alias\.(\w+?)Live_/.exec(String(alias))?.[1],
      /"S\\*":\[\\*"(\w+)/.exec(JSON.stringify(criteria))?.[1],
    ]);
    // A stream of DynamoDB feeds two consumers at most.
    expect(Object.fromEntries(statuses)).toEqual({ FraudDetection: 'RECEIVED', TransactionProcessing: 'APPROVED' });
  });

  test('what fails goes to a queue of each function and to two topics', () => {
    expect(template.list('aws_sqs_queue').map((queue) => queue.name)).toEqual(
      expect.arrayContaining([`fraud-detection-failed-${name}`, `transaction-processing-failed-${name}`]),
    );
    expect(template.list('aws_sns_topic').map((topic) => topic.name)).toEqual(
      expect.arrayContaining([`failed-transactions-${name}`, `system-errors-${name}`]),
    );
  });

  test('audit records are locked', () => {
    const account = name === 'prod' ? '123456789012' : '210987654321';
    expect(template.resource('aws_s3_bucket', { bucket: `payment-audit-logs-${name}-${account}` })).toMatchObject({
      object_lock_enabled: true,
    });
  });

  test('the fraud rules and the name of the table stand in parameters', () => {
    const rules = template.resource('aws_ssm_parameter', { name: `/payment/${name}/fraud-rules` });
    expect(JSON.parse(String(rules.insecure_value))).toMatchObject({ version: 'default-1' });
    expect(rules).toMatchObject({ tier: 'Standard' });
    expect(template.resource('aws_ssm_parameter', { name: `/payment/${name}/table-name` })).toMatchObject({
      insecure_value: expect.stringMatching(/^\$\{aws_dynamodb_table\.Transactions_\w+\.name\}$/),
    });
  });

  test.each([
    ['payment-validation', paymentValidation],
    ['fraud-detection', { OPTIONAL_ENVIRONMENT: [], ...fraudDetection }],
    ['transaction-processing', transactionProcessing],
    ['payment-reconciliation', { OPTIONAL_ENVIRONMENT: [], ...paymentReconciliation }],
  ] as [string, { REQUIRED_ENVIRONMENT: readonly string[]; OPTIONAL_ENVIRONMENT: readonly string[] }][])(
    '%s has every variable that it requires, and no other but those it can do without',
    (component, { REQUIRED_ENVIRONMENT: required, OPTIONAL_ENVIRONMENT: optional }) => {
      const set = Object.keys(variablesOf(template, component));
      expect(set.filter((variable) => !optional.includes(variable))).toEqual([...required].sort());
      // Without an on-premises side there is no secret for it.
      const absent = name === 'serverless' ? optional.filter((variable) => variable.startsWith('ONPREM_')) : [];
      expect(optional.filter((variable) => !set.includes(variable))).toEqual(absent);
    },
  );

  test('functions wait for their permissions before the stream is read with them', () => {
    for (const { depends_on: dependsOn } of template.list('aws_lambda_event_source_mapping')) {
      expect(dependsOn).toEqual([expect.stringMatching(/^aws_iam_role_policy\.\w+_Role_Policy_/)]);
    }
  });
});

describe('what functions reach', () => {
  /** The egress rules of a function as `port peer`, sorted. */
  const reached = (template: Template, id: string): string[] =>
    template
      .list('aws_vpc_security_group_egress_rule')
      .filter(({ security_group_id: group }) => String(group).includes(`aws_security_group.${id}_SecurityGroup_`))
      .map((rule) => {
        const peer = rule.cidr_ipv4 ?? rule.prefix_list_id ?? rule.referenced_security_group_id;
        const [, what = peer] = /^\$\{aws_\w+?\.([A-Za-z]+_[A-Za-z]+)_/.exec(String(peer)) ?? [];
        return `${String(rule.from_port)} ${String(what)}`;
      })
      .sort();

  test('is for the payment API both ledgers, the keys of tokens and the services that it calls', () => {
    expect(reached(stack('prod'), 'PaymentValidation')).toEqual([
      '443 203.0.113.8/29',
      '443 Network_Endpoints',
      '443 Network_Endpoints',
      '5432 192.168.10.20/32',
      '5432 Database_SecurityGroup',
    ]);
  });

  test('is the whole on-premises range where the address of the database is not known', () => {
    const template = stackOf(
      edited(prod, { 'onPremises/database/address': undefined, 'onPremises/database/port': 5433 }),
    );
    expect(reached(template, 'PaymentValidation')).toEqual(expect.arrayContaining(['5433 192.168.0.0/16']));
  });

  test('is nothing on-premises where there is nothing', () => {
    expect(reached(stack('serverless'), 'PaymentValidation').filter((rule) => rule.includes('192.168.'))).toEqual([]);
  });

  test('is for transaction-processing both ledgers, and no token issuer', () => {
    expect(reached(stack('prod'), 'TransactionProcessing')).toEqual([
      '443 Network_Endpoints',
      '443 Network_Endpoints',
      '443 Network_Endpoints',
      '5432 192.168.10.20/32',
      '5432 Database_SecurityGroup',
    ]);
  });

  test('is for payment-reconciliation DynamoDB alone', () => {
    expect(reached(stack('prod'), 'PaymentReconciliation')).toEqual(['443 Network_Endpoints']);
  });

  test('is for fraud-detection no database', () => {
    expect(reached(stack('prod'), 'FraudDetection')).toEqual([
      '443 Network_Endpoints',
      '443 Network_Endpoints',
      '443 Network_Endpoints',
    ]);
  });
});

/** What becomes of invocations of the sweep. */
const asynchronous = (template: Template): Json | undefined =>
  template
    .list('aws_lambda_function_event_invoke_config')
    .find(({ qualifier }) => String(qualifier).includes('.PaymentReconciliationLive_'));

test('a sweep comes every five minutes, by the alias, and its failures are told and not repeated', () => {
  expect(stack('prod').resource('aws_scheduler_schedule', { name: 'payment-reconciliation-prod' })).toMatchObject({
    schedule_expression: 'rate(5 minutes)',
    target: { arn: expect.stringMatching(/^\$\{aws_lambda_alias\.PaymentReconciliationLive_/) },
  });
  expect(asynchronous(stack('prod'))).toMatchObject({
    maximum_retry_attempts: 0,
    maximum_event_age_in_seconds: 300,
    destination_config: { on_failure: { destination: expect.stringMatching(/aws_sns_topic\.SystemErrors_/) } },
  });
  const daily = stackOf(edited(prod, { reconciliation: { everyMinutes: 1440 } }));
  expect(asynchronous(daily)).toMatchObject({
    maximum_event_age_in_seconds: 21_600,
  });
});

describe('the sizes of functions', () => {
  const sizeOf = (name: string, component: string): unknown[] => {
    const {
      memory_size: memory,
      timeout,
      reserved_concurrent_executions: reserved,
    } = functionOf(stack(name), component);
    return [memory, timeout, reserved];
  };

  test.each([
    ['prod', 'payment-validation', 3008, 30, 100],
    ['serverless', 'payment-validation', 512, 30, 10],
    ['prod', 'fraud-detection', 512, 30, 10],
    ['prod', 'transaction-processing', 1024, 60, 20],
    ['prod', 'payment-reconciliation', 512, 240, 1],
  ])('in %s of %s are %d MiB, %d s and %d executions', (name, component, ...size) => {
    expect(sizeOf(name, component)).toEqual(size);
  });
});

describe('the audit bucket', () => {
  const lockOf = (name: string): unknown => stack(name).resource('aws_s3_bucket_object_lock_configuration').rule;

  test('is locked in compliance mode in production, so that nobody can delete a record for a year', () => {
    expect(lockOf('prod')).toEqual({ default_retention: { mode: 'COMPLIANCE', days: 365 } });
    expect(lockOf('dev')).toEqual({ default_retention: { mode: 'GOVERNANCE', days: 1 } });
    const policies = stack('prod')
      .list('aws_s3_bucket_policy')
      .filter(({ policy }) => parsePolicy(policy).Statement.some(({ Sid }) => Sid === 'DenyDeletion'));
    expect(policies).toHaveLength(1);
  });
});

test('long fraud rules take a parameter of the advanced tier', () => {
  const merchants = Array.from({ length: 100 }, (_, index) => `merchant-${index}-${'x'.repeat(32)}`);
  const rules = {
    version: 'long',
    rejectAtScore: 1,
    rules: [{ id: 'blocked', type: 'blocked-merchants', weight: 1, merchants }],
  };
  expect(
    stackOf(edited(dev, { fraudDetection: { rules } })).resource('aws_ssm_parameter', {
      name: '/payment/dev/fraud-rules',
    }),
  ).toMatchObject({ tier: 'Advanced', insecure_value: JSON.stringify(rules) });
});
