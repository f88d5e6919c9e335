import { describe, expect, test } from '@jest/globals';
import {
  AlarmCatalogue,
  MigrationGates,
  type AlarmThresholds,
  monitoredLoadBalancer,
  monitoredMigration,
  monitoredFunctions,
  monitoredNatGateways,
  monitoredPayments,
  monitoredTables,
  type MonitoredResources,
  OverviewDashboard,
} from '../../../constructs/monitoring';
import { type Json, synthesize, type Template } from '../../support/template';

const LOAD_BALANCER = monitoredLoadBalancer({ arnSuffix: 'app/alb/1', targetGroupArnSuffixes: {} });
const NAT = monitoredNatGateways({ a: 'nat-a', b: 'nat-b' });

const build = (resources: MonitoredResources, thresholds?: AlarmThresholds): Template =>
  synthesize((stack) => {
    const topicArns = { critical: 'arn:critical', warning: 'arn:warning', info: 'arn:info' };
    const alarms = new AlarmCatalogue(stack, 'Alarms', { topicArns, resources, production: true, thresholds });
    new OverviewDashboard(stack, 'Overview', { alarms });
  });

interface Widget {
  readonly type: string;
  readonly properties: Json;
}

const widgets = (template: Template): Widget[] => {
  const body = template.resource('aws_cloudwatch_dashboard')['dashboard_body'];
  return (JSON.parse(String(body)) as { widgets: Widget[] }).widgets;
};

const graph = (template: Template, title: string): Json | undefined =>
  widgets(template).find(({ properties }) => properties['title'] === title)?.properties;

describe('the overview dashboard', () => {
  test('is named after the project and shows every alarm first', () => {
    const template = build(NAT);
    expect(template.resource('aws_cloudwatch_dashboard')).toMatchObject({ dashboard_name: 'payment-overview-test' });
    const [first] = widgets(template);
    expect(first).toMatchObject({ type: 'alarm', properties: { title: 'Alarms' } });
    expect(first?.properties['alarms']).toEqual([
      expect.stringMatching(/^\$\{aws_cloudwatch_metric_alarm\.Alarms_nat-port-allocation-a_\w+\.arn\}$/),
      expect.stringMatching(/nat-port-allocation-b/),
      expect.stringMatching(/nat-packet-drops-a/),
      expect.stringMatching(/nat-packet-drops-b/),
    ]);
  });

  test('shows before all of them what they decide together, where there is a migration', () => {
    const template = synthesize((stack) => {
      const topicArns = { critical: 'arn:critical', warning: 'arn:warning', info: 'arn:info' };
      const alarms = new AlarmCatalogue(stack, 'Alarms', {
        topicArns,
        resources: { ...LOAD_BALANCER, ...monitoredMigration('prod') },
        production: true,
      });
      new OverviewDashboard(stack, 'Overview', {
        alarms,
        gates: new MigrationGates(stack, 'Gates', { alarms, topicArns }),
      });
    });
    const [first, second] = widgets(template);
    expect(first).toMatchObject({ type: 'alarm', properties: { title: 'The migration' } });
    expect(first?.properties['alarms']).toEqual([
      expect.stringMatching(/^\$\{aws_cloudwatch_composite_alarm\.Gates_SafeToAdvance_Alarm_\w+\.arn\}$/),
      expect.stringMatching(/Gates_RollBack_Alarm/),
    ]);
    expect(second).toMatchObject({ properties: { title: 'Alarms' } });
    // The business metrics belong to the payments alone.
    const graphs = widgets(template).flatMap(({ properties }) => properties['title'] ?? []);
    expect(graphs).toEqual(expect.arrayContaining(['RollbackTimeSeconds, Maximum', 'RecoveryPointSeconds, Maximum']));
    expect(graphs).not.toContain('Payments in five minutes');
  });

  test('has a heading and graphs only for what the environment has', () => {
    const headings = (template: Template): unknown[] =>
      widgets(template).flatMap(({ type, properties }) => (type === 'text' ? [properties['markdown']] : []));
    expect(headings(build(NAT))).toEqual(['## NAT gateways']);
    expect(headings(build({ ...NAT, ...LOAD_BALANCER }))).toEqual(['## Load balancer', '## NAT gateways']);
    expect(widgets(build({}))).toEqual([]);
  });

  test('graphs a metric for each resource, with the threshold of its alarm as a line', () => {
    expect(graph(build(NAT), 'ErrorPortAllocation, Sum')).toEqual({
      title: 'ErrorPortAllocation, Sum',
      region: 'us-east-1',
      view: 'timeSeries',
      stacked: false,
      period: 60,
      metrics: [
        ['AWS/NATGateway', 'ErrorPortAllocation', 'NatGatewayId', 'nat-a', { stat: 'Sum', label: 'a' }],
        ['AWS/NATGateway', 'ErrorPortAllocation', 'NatGatewayId', 'nat-b', { stat: 'Sum', label: 'b' }],
      ],
      annotations: {
        horizontal: [{ label: 'nat-port-allocation (warning)', value: 0, color: '#ff9900', fill: 'above' }],
      },
      yAxis: { left: { label: 'Count', showUnits: false, min: 0 } },
    });
  });

  test('calculates an expression for each resource with ids of its own', () => {
    const metrics = graph(build(NAT), 'A NAT gateway drops packets')?.['metrics'] as unknown[];
    expect(metrics).toHaveLength(8);
    expect(metrics.slice(4, 6)).toEqual([
      [{ expression: '100 * drops_1 / (fromSource_1 + fromDestination_1)', label: 'b', id: 'result_1' }],
      ['AWS/NATGateway', 'PacketsDropCount', 'NatGatewayId', 'nat-b', { id: 'drops_1', stat: 'Sum', visible: false }],
    ]);
  });

  test('draws both thresholds of one metric into one graph, as the environment has them', () => {
    const template = build(LOAD_BALANCER, { 'alb-latency-p99': 2 });
    expect(graph(template, 'TargetResponseTime, p99')?.['annotations']).toEqual({
      horizontal: [
        { label: 'alb-latency-p99 (critical)', value: 2, color: '#d13212', fill: 'above' },
        { label: 'alb-latency-p99-slow (warning)', value: 0.2, color: '#ff9900', fill: 'above' },
      ],
    });
    // Two alarms watch the load balancer there, which is drawn once.
    expect(graph(template, 'TargetResponseTime, p99')?.['metrics']).toEqual([
      [
        'AWS/ApplicationELB',
        'TargetResponseTime',
        'LoadBalancer',
        expect.anything(),
        expect.objectContaining({ stat: 'p99' }),
      ],
    ]);
    expect(
      widgets(template).filter(({ properties }) => properties['title'] === 'TargetResponseTime, p99'),
    ).toHaveLength(1);
  });

  test('tells first how the payments go, with a graph of each currency that there is', () => {
    const template = build({ ...NAT, ...monitoredPayments('prod') });
    const [states, heading, ...rest] = widgets(template);
    expect(states?.type).toBe('alarm');
    expect(heading?.properties).toEqual({ markdown: '## Payments' });
    expect(rest.slice(0, 4).map(({ properties }) => properties['title'])).toEqual([
      'Payments in five minutes',
      'Payments that did not go straight',
      'Amount booked, in minor units by currency',
      'From acceptance to booking',
    ]);
    expect(graph(template, 'Payments in five minutes')?.['metrics']).toEqual([
      ['Payments', 'PaymentsReceived', 'Environment', 'prod', { stat: 'Sum', label: 'received' }],
      ['Payments', 'PaymentsApproved', 'Environment', 'prod', { stat: 'Sum', label: 'approved' }],
      ['Payments', 'PaymentsRejected', 'Environment', 'prod', { stat: 'Sum', label: 'rejected' }],
      ['Payments', 'PaymentsBooked', 'Environment', 'prod', { stat: 'Sum', label: 'booked' }],
    ]);
    expect(graph(template, 'Payments that did not go straight')?.['metrics']).toEqual([
      ['Payments', 'PaymentsFailed', 'Environment', 'prod', { stat: 'Sum', label: 'failed' }],
      ['Payments', 'PaymentsRedriven', 'Environment', 'prod', { stat: 'Sum', label: 'driven again' }],
      ['Payments', 'PaymentsDuplicate', 'Environment', 'prod', { stat: 'Sum', label: 'duplicates' }],
    ]);
    expect(graph(template, 'Amount booked, in minor units by currency')).toEqual({
      title: 'Amount booked, in minor units by currency',
      region: 'us-east-1',
      view: 'timeSeries',
      stacked: false,
      period: 300,
      metrics: [
        [
          {
            expression:
              'SEARCH(\'{Payments,Environment,Currency} MetricName="AmountBooked" Environment="prod"\', \'Sum\', 300)',
            id: 'amounts',
          },
        ],
      ],
      yAxis: { left: { label: 'Minor units', showUnits: false, min: 0 } },
    });
    expect(graph(template, 'From acceptance to booking')?.['metrics']).toEqual(
      ['p50', 'p90', 'p99'].map((stat) => [
        'Payments',
        'EndToEndLatency',
        'Environment',
        'prod',
        { stat, label: stat },
      ]),
    );
    // Two alarms watch the age; it is drawn once.
    expect(graph(template, 'OldestOpenPaymentAge, Maximum')?.['annotations']).toMatchObject({
      horizontal: [{ value: 1800 }, { value: 14_400 }],
    });
  });

  test('writes the numbers of each resource into its expression', () => {
    const functions = (reservedConcurrency: number) => ({ functionName: 'f', timeoutSeconds: 10, reservedConcurrency });
    const template = build(
      monitoredFunctions({ functions: { a: functions(5), b: functions(8) }, streamConsumers: [] }),
    );
    const metrics = graph(template, 'A function uses more than 80 % of its reserved concurrency')?.['metrics'];
    expect((metrics as [{ expression?: string }][]).flatMap(([first]) => first.expression ?? [])).toEqual([
      '100 * running_0 / 5',
      '100 * running_1 / 8',
    ]);
  });

  test('asks for metrics that have dimensions of their own with these', () => {
    const metrics = graph(build(monitoredTables({ a: { tableName: 't' } })), 'DynamoDB fails on its side')?.['metrics'];
    expect((metrics as unknown[][]).slice(1, 3)).toEqual([
      [
        'AWS/DynamoDB',
        'SystemErrors',
        'TableName',
        't',
        'Operation',
        'GetItem',
        { id: 'get_0', stat: 'Sum', visible: false },
      ],
      [
        'AWS/DynamoDB',
        'SystemErrors',
        'TableName',
        't',
        'Operation',
        'PutItem',
        { id: 'put_0', stat: 'Sum', visible: false },
      ],
    ]);
  });

  test('shows more than a hundred alarms in more than one widget', () => {
    const natGatewayIds = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`z${index}`, `nat-${index}`]));
    const states = widgets(build(monitoredNatGateways(natGatewayIds))).filter(({ type }) => type === 'alarm');
    expect(states.map(({ properties }) => [properties['title'], (properties['alarms'] as unknown[]).length])).toEqual([
      ['Alarms', 100],
      ['Alarms (2)', 2],
    ]);
  });
});
