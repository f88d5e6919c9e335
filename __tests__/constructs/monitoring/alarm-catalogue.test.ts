import { describe, expect, test } from '@jest/globals';
import {
  ALARM_ROWS,
  AlarmCatalogue,
  type AlarmCatalogueProps,
  type AlarmRow,
  GIB,
  monitoredDatabase,
  monitoredFunctions,
  monitoredLoadBalancer,
  monitoredMigration,
  monitoredNatGateways,
  monitoredPayments,
  monitoredQueues,
  monitoredReplication,
  monitoredComparison,
  monitoredMachines,
  monitoredRotation,
  monitoredTables,
  monitoredVpn,
} from '../../../constructs/monitoring';
import { type Json, synthesize, type Template } from '../../support/template';

const ROWS: readonly AlarmRow[] = ALARM_ROWS;
const ALARM = 'aws_cloudwatch_metric_alarm';

const TOPICS = { critical: 'arn:critical', warning: 'arn:warning', info: 'arn:info' };

const RESOURCES = {
  ...monitoredLoadBalancer({
    arnSuffix: 'app/payment-alb/1',
    targetGroupArnSuffixes: { blue: 'targetgroup/blue/1', green: 'targetgroup/green/2' },
  }),
  ...monitoredDatabase({
    clusterIdentifier: 'aurora-cluster',
    instanceIdentifiers: { writer: 'aurora-1', 'reader-1': 'aurora-2' },
    capacity: 'provisioned',
  }),
  ...monitoredReplication({
    instanceIdentifier: 'replication-instance',
    tasks: {
      forward: { taskArn: 'arn:aws:dms:us-east-1:111111111111:task:ABC', running: true },
      'forward-cdc': { taskArn: 'arn:aws:dms:us-east-1:111111111111:task:DEF', running: false },
    },
  }),
  ...monitoredNatGateways({ 'us-east-1a': 'nat-a', 'us-east-1b': 'nat-b' }),
  ...monitoredVpn('vpn-1'),
  ...monitoredFunctions({
    functions: {
      booking: { functionName: 'booking-fn', timeoutSeconds: 60, reservedConcurrency: 20 },
      sweep: { functionName: 'sweep-fn', timeoutSeconds: 30, reservedConcurrency: undefined },
    },
    streamConsumers: ['booking'],
  }),
  ...monitoredRotation('rotation-fn'),
  ...monitoredComparison('arn:comparison'),
  ...monitoredMachines({ cutover: 'arn:cutover', advance: 'arn:advance' }),
  ...monitoredQueues({ booking: 'failed-booking' }),
  ...monitoredTables({
    transactions: { tableName: 'transactions-table', indexNames: ['user-index', 'status-index'] },
    state: { tableName: 'state-table' },
  }),
  ...monitoredPayments('test'),
  ...monitoredMigration('test'),
};

const build = (
  props: Partial<AlarmCatalogueProps> = {},
  use: (alarms: AlarmCatalogue) => void = () => undefined,
): Template =>
  synthesize((stack) => {
    use(new AlarmCatalogue(stack, 'Alarms', { topicArns: TOPICS, resources: RESOURCES, production: true, ...props }));
  });

const alarm = (name: string, template = build()): Json => template.resource(ALARM, { alarm_name: name });

describe('an alarm', () => {
  test('is made of its row: metric, threshold, periods, missing data, topic and description', () => {
    expect(alarm('nat-port-allocation-us-east-1a-test')).toMatchObject({
      alarm_name: 'nat-port-allocation-us-east-1a-test',
      alarm_description:
        'A NAT gateway has no port left for new connections. Each is a connection that failed. More than 55,000 to one ' +
        'address at once are needed: usually a leak. Runbook: docs/runbook.md#nat-gateway',
      namespace: 'AWS/NATGateway',
      metric_name: 'ErrorPortAllocation',
      dimensions: { NatGatewayId: 'nat-a' },
      statistic: 'Sum',
      period: 60,
      comparison_operator: 'GreaterThanThreshold',
      threshold: 0,
      evaluation_periods: 5,
      datapoints_to_alarm: 3,
      treat_missing_data: 'missing',
      alarm_actions: ['arn:warning'],
      ok_actions: ['arn:warning'],
    });
  });

  test('of a percentile leaves its state alone while there are too few requests', () => {
    expect(alarm('alb-latency-p99-test')).toMatchObject({
      extended_statistic: 'p99',
      evaluate_low_sample_count_percentiles: 'ignore',
      threshold: 1,
      dimensions: { LoadBalancer: 'app/payment-alb/1' },
    });
    expect(alarm('alb-latency-p99-test')).not.toHaveProperty('statistic');
  });

  test('of an expression queries each metric and watches the result only', () => {
    const metric = (id: string, metric_name: string): Json => ({
      id,
      metric: {
        namespace: 'AWS/NATGateway',
        metric_name,
        dimensions: { NatGatewayId: 'nat-b' },
        period: 300,
        stat: 'Sum',
      },
    });
    expect(alarm('nat-packet-drops-us-east-1b-test')['metric_query']).toEqual([
      {
        id: 'result',
        expression: '100 * drops / (fromSource + fromDestination)',
        label: 'A NAT gateway drops packets',
        return_data: true,
      },
      metric('drops', 'PacketsDropCount'),
      metric('fromSource', 'PacketsInFromSource'),
      metric('fromDestination', 'PacketsInFromDestination'),
    ]);
    expect(alarm('nat-packet-drops-us-east-1b-test')).not.toHaveProperty('namespace');
  });

  test('of an expression with numbers of the resource has them written out', () => {
    const template = build();
    const expression = (name: string): unknown =>
      (alarm(name, template)['metric_query'] as { expression?: string }[])[0]?.expression;
    expect(expression('function-duration-booking-test')).toBe('100 * longest / 60000');
    expect(expression('function-duration-sweep-test')).toBe('100 * longest / 30000');
    expect(expression('function-concurrency-booking-test')).toBe('100 * running / 20');
  });

  test('whose resource lacks a number of the expression is refused', () => {
    const resources = { function: [{ dimensions: { FunctionName: 'f' } }] };
    expect(() => build({ resources })).toThrow(
      'constants.timeoutMilliseconds of a monitored resource must be given for "100 * longest / timeoutMilliseconds", ' +
        'got nothing; add it where the resource is described',
    );
  });

  test('of metrics with dimensions of their own asks for those beside the resource', () => {
    const queries = alarm('table-system-errors-transactions-test')['metric_query'] as { metric?: Json }[];
    expect(queries.flatMap(({ metric }) => metric?.['dimensions'] ?? [])).toEqual(
      ['GetItem', 'PutItem', 'UpdateItem', 'Query'].map((Operation) => ({
        TableName: 'transactions-table',
        Operation,
      })),
    );
  });

  test.each([
    ['alb-error-rate', 'GreaterThanThreshold'],
    ['database-memory-writer', 'LessThanThreshold'],
    ['vpn-down', 'LessThanOrEqualToThreshold'],
  ])('compares as its row says: %s', (name, comparison_operator) => {
    expect(alarm(`${name}-test`)).toMatchObject({ comparison_operator });
  });

  test('links the runbook where it is read', () => {
    const template = build({ runbookUrl: 'https://wiki.example.com/runbook' });
    expect(alarm('vpn-down-test', template)['alarm_description']).toMatch(
      / Runbook: https:\/\/wiki\.example\.com\/runbook#vpn-down$/,
    );
  });

  test.each(
    build()
      .list(ALARM)
      .map((each) => [String(each['alarm_name']), each] as const),
  )('acts and fits: %s', (_, each) => {
    expect(each['alarm_actions']).toEqual([expect.stringMatching(/^arn:(critical|warning|info)$/)]);
    expect(each['ok_actions']).toEqual(each['alarm_actions']);
    expect(String(each['alarm_description']).length).toBeLessThanOrEqual(1024);
  });
});

describe('the alarms of an environment', () => {
  test('are every row for every resource of its source', () => {
    const counts: Partial<Record<AlarmRow['source'], number>> = {
      'target-group': 2,
      'database-instance': 2,
      'provisioned-database-instance': 2,
      'serverless-database-instance': 0,
      'replication-task': 2,
      'nat-gateway': 2,
      function: 2,
      table: 2,
      'table-index': 2,
    };
    const expected = ROWS.reduce((sum, { source }) => sum + (counts[source] ?? 1), 0);
    const names = build()
      .list(ALARM)
      .map(({ alarm_name }) => alarm_name);
    expect(names).toHaveLength(expected);
    expect(new Set(names).size).toBe(expected);
  });

  test('are none where there is nothing to watch', () => {
    expect(build({ resources: {} }).list(ALARM)).toEqual([]);
  });

  test('include the ones for production only there', () => {
    const slow = { alarm_name: 'alb-latency-p99-slow-test' };
    expect(build({ production: true }).list(ALARM, slow)).toHaveLength(1);
    expect(build({ production: false }).list(ALARM, slow)).toEqual([]);
  });

  test('can be asked for by row', () => {
    build({}, (alarms) => {
      expect(
        alarms.alarmsOf('alb-unhealthy-target').map(({ resource, alarmName }) => [resource.key, alarmName]),
      ).toEqual([
        ['blue', 'alb-unhealthy-target-blue-test'],
        ['green', 'alb-unhealthy-target-green-test'],
      ]);
      expect(alarms.alarmsOf('database-acu')).toEqual([]);
    });
  });
});

describe('a threshold of an environment', () => {
  test.each([0, 50 * GIB])('replaces the row: %p', (threshold) => {
    expect(alarm('dms-storage-test', build({ thresholds: { 'dms-storage': threshold } }))).toMatchObject({ threshold });
  });

  test("stands in the description, because the title tells the catalogue's own", () => {
    const described = build({ thresholds: { 'dms-storage': 50 * GIB, 'dms-cpu': 0 } });
    expect(alarm('dms-storage-test', described)['alarm_description']).toBe(
      'The replication instance has less than 20 GiB of disk left. Changes that wait for the target, and logs, lie there; ' +
        'when it is full, every task stops. Here the threshold is < 50 GiB. Runbook: docs/runbook.md#dms-storage',
    );
    expect(alarm('dms-cpu-test', described)['alarm_description']).toContain(' Here the threshold is > 0 Percent. ');
    expect(alarm('dms-swap-test', described)['alarm_description']).not.toContain('Here the threshold');
  });

  test('leaves the other rows as they are', () => {
    expect(alarm('dms-memory-test', build({ thresholds: { 'dms-storage': 1 } }))).toMatchObject({
      threshold: 512 * 2 ** 20,
    });
  });

  test('is refused for an alarm that does not exist, and when it is no number', () => {
    const thresholds = { 'dms-disk': 1, 'dms-swap': NaN };
    const ids = ROWS.map(({ id }) => id).join(', ');
    expect(() => build({ thresholds })).toThrow(
      `thresholds.dms-disk must be the id of an alarm, got "dms-disk"; the ids: ${ids}\n` +
        'thresholds.dms-swap must be a finite number, got NaN',
    );
  });
});

describe('missing data', () => {
  test('of a task that should run breaches, and of one that nobody started gives no verdict', () => {
    expect(alarm('dms-latency-target-forward-test')).toMatchObject({ treat_missing_data: 'breaching' });
    expect(alarm('dms-latency-target-forward-cdc-test')).toMatchObject({ treat_missing_data: 'missing' });
  });

  test('counts as the row says for everything that always runs', () => {
    expect(alarm('database-cpu-writer-test')).toMatchObject({ treat_missing_data: 'breaching' });
    expect(alarm('alb-elb-5xx-test')).toMatchObject({ treat_missing_data: 'notBreaching' });
  });
});

describe('the resources that alarms watch', () => {
  test('are found by the dimensions that the services publish', () => {
    const template = build();
    expect(alarm('alb-function-errors-green-test', template)['dimensions']).toEqual({
      LoadBalancer: 'app/payment-alb/1',
      TargetGroup: 'targetgroup/green/2',
    });
    expect(alarm('database-replica-lag-test', template)['dimensions']).toEqual({
      DBClusterIdentifier: 'aurora-cluster',
    });
    expect(alarm('database-cpu-reader-1-test', template)['dimensions']).toEqual({ DBInstanceIdentifier: 'aurora-2' });
    expect(alarm('dms-cpu-test', template)['dimensions']).toEqual({
      ReplicationInstanceIdentifier: 'replication-instance',
    });
    expect(alarm('vpn-tunnel-down-test', template)['dimensions']).toEqual({ VpnId: 'vpn-1' });
  });

  test('of replication name a task by the last part of its ARN', () => {
    expect(alarm('dms-latency-source-forward-test')['dimensions']).toEqual({
      ReplicationInstanceIdentifier: 'replication-instance',
      ReplicationTaskIdentifier: '${element(split(":", "arn:aws:dms:us-east-1:111111111111:task:ABC"), 6)}',
    });
  });

  test('of a serverless cluster have alarms on capacity instead of local storage', () => {
    const resources = monitoredDatabase({
      clusterIdentifier: 'aurora-cluster',
      instanceIdentifiers: { writer: 'aurora-1' },
      capacity: 'serverless',
    });
    const names = build({ resources })
      .list(ALARM)
      .map(({ alarm_name }) => alarm_name);
    expect(names).toEqual(
      expect.arrayContaining(['database-acu-writer-test', 'database-serverless-memory-writer-test']),
    );
    expect(names).not.toContain('database-local-storage-writer-test');
    expect(names).not.toContain('database-memory-writer-test');
  });
});
