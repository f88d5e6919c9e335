import type { Severity } from './alert-subscription';
import type { MetricName, MetricNamespace, MetricUnit } from './metrics';

/** What alarms watch: where the metrics of one kind of resource lie, and which dimensions name one resource. */
export const ALARM_SOURCES = {
  payments: { namespace: 'Payments', dimensions: ['Environment'] },
  migration: { namespace: 'Payments', dimensions: ['Environment'] },
  'load-balancer': { namespace: 'AWS/ApplicationELB', dimensions: ['LoadBalancer'] },
  'target-group': { namespace: 'AWS/ApplicationELB', dimensions: ['LoadBalancer', 'TargetGroup'] },
  function: { namespace: 'AWS/Lambda', dimensions: ['FunctionName'] },
  'reserved-function': { namespace: 'AWS/Lambda', dimensions: ['FunctionName'] },
  'stream-consumer': { namespace: 'AWS/Lambda', dimensions: ['FunctionName'] },
  'rotation-function': { namespace: 'AWS/Lambda', dimensions: ['FunctionName'] },
  comparison: { namespace: 'AWS/States', dimensions: ['StateMachineArn'] },
  'migration-attempt': { namespace: 'AWS/States', dimensions: ['StateMachineArn'] },
  'migration-machine': { namespace: 'AWS/States', dimensions: ['StateMachineArn'] },
  'failed-queue': { namespace: 'AWS/SQS', dimensions: ['QueueName'] },
  table: { namespace: 'AWS/DynamoDB', dimensions: ['TableName'] },
  'table-index': { namespace: 'AWS/DynamoDB', dimensions: ['TableName', 'GlobalSecondaryIndexName'] },
  'database-cluster': { namespace: 'AWS/RDS', dimensions: ['DBClusterIdentifier'] },
  'database-instance': { namespace: 'AWS/RDS', dimensions: ['DBInstanceIdentifier'] },
  'provisioned-database-instance': { namespace: 'AWS/RDS', dimensions: ['DBInstanceIdentifier'] },
  'serverless-database-instance': { namespace: 'AWS/RDS', dimensions: ['DBInstanceIdentifier'] },
  'replication-instance': { namespace: 'AWS/DMS', dimensions: ['ReplicationInstanceIdentifier'] },
  'replication-task': {
    namespace: 'AWS/DMS',
    dimensions: ['ReplicationInstanceIdentifier', 'ReplicationTaskIdentifier'],
  },
  'nat-gateway': { namespace: 'AWS/NATGateway', dimensions: ['NatGatewayId'] },
  vpn: { namespace: 'AWS/VPN', dimensions: ['VpnId'] },
} as const satisfies Readonly<
  Record<string, { readonly namespace: MetricNamespace; readonly dimensions: readonly string[] }>
>;

export type AlarmSource = keyof typeof ALARM_SOURCES;

/** What alarms decide together, each a composite alarm: whether the migration may go on, and whether going back is the cure. */
export const GATES = {
  advance: {
    component: 'safe-to-advance',
    title: 'Something speaks against going on with the migration',
    reason: 'One of the alarms below is in ALARM; nothing advances until it is over, and a step that bakes goes back.',
    runbook: 'safe-to-advance',
  },
  rollback: {
    component: 'roll-back',
    title: 'Payments fail, and going back is the cure',
    reason:
      'One of the alarms below says that callers are not served; where the environment arms it, the rollback starts.',
    runbook: 'roll-back',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<'component' | 'title' | 'reason' | 'runbook', string>>>>;

export type AlarmGate = keyof typeof GATES;

/** The metrics that a source's namespace holds. */
export type MetricOf<S extends AlarmSource> = MetricName<(typeof ALARM_SOURCES)[S]['namespace']>;

/** The dimensions that name one resource of a source. */
export type DimensionsOf<S extends AlarmSource> = Readonly<
  Record<(typeof ALARM_SOURCES)[S]['dimensions'][number], string>
>;

/** How the samples of a period become one value. */
export type Statistic = 'Average' | 'Maximum' | 'Minimum' | 'Sum' | 'p50' | 'p90' | 'p99';

/** One metric and its statistic. */
export interface MetricStatistic<Name extends string = string> {
  readonly name: Name;
  readonly statistic: Statistic;
  /**
   * What the service tells this metric apart by, beside the dimensions of the source, for instance the operation.
   * @default nothing
   */
  readonly dimensions?: Readonly<Record<string, string>>;
}

/**
 * A calculation over metrics of one resource.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export interface MetricMath<Name extends string = string> {
  /** The expression, over the keys of `metrics` and the names of `constants`. */
  readonly expression: string;
  /**
   * Numbers of the resource itself that the expression needs, by name, for instance `timeout`: each resource of the source
   * must have them in its `constants`.
   * @default none
   */
  readonly constants?: readonly string[];
  /** The metrics by the id they have in the expression: a lower-case letter, then letters, digits and underscores. */
  readonly metrics: Readonly<Record<string, MetricStatistic<Name>>>;
}

/** One alarm of the catalogue. It becomes one CloudWatch alarm for each resource of its source. */
export interface AlarmRowOf<S extends AlarmSource> {
  /** The start of the alarm's name, `<id>[-<resource>]-<suffix>`, and its key in `thresholds`. */
  readonly id: string;
  /** What is wrong, as the one who is woken reads it first. */
  readonly title: string;
  readonly source: S;
  readonly metric: MetricStatistic<MetricOf<S>> | MetricMath<MetricOf<S>>;
  readonly comparison: '>' | '>=' | '<' | '<=';
  /** In `unit`; an environment may have another one. */
  readonly threshold: number;
  /** The metric's own unit, as in the table of metrics, or that of the expression's result. */
  readonly unit: MetricUnit;
  readonly periodSeconds: 60 | 300;
  readonly evaluationPeriods: number;
  /** How many of the evaluated periods must breach: at most all of them. */
  readonly datapointsToAlarm: number;
  /**
   * What a period without data counts as. `missing` leaves the alarm without a verdict (INSUFFICIENT_DATA), which no gate
   * takes for good; `notBreaching` is for metrics that exist only while something is wrong. Where it is `breaching`, a
   * resource that cannot have data yet says so with `expectsData`.
   */
  readonly missingData: 'breaching' | 'notBreaching' | 'missing';
  /**
   * Why there may be no data where `missingData` takes that for good: `nothing-wrong`, the metric exists only while something
   * is wrong; `no-traffic`, only while something comes in: a night without must not page, and so the gates of the migration
   * look for the data themselves. Every row that gates an advance with `notBreaching` says which.
   * @default not said: nothing is decided by it
   */
  readonly silentWhile?: 'nothing-wrong' | 'no-traffic';
  readonly severity: Severity;
  /** The anchor in docs/runbook.md. */
  readonly runbook: string;
  /** Why this threshold, over this time. */
  readonly reason: string;
  /**
   * Whether the alarm exists only where production runs.
   * @default false
   */
  readonly onlyInProduction?: boolean;
  /**
   * What the alarm helps to decide.
   * @default nothing
   */
  readonly gates?: readonly AlarmGate[];
}

export type AlarmRow = { [S in AlarmSource]: AlarmRowOf<S> }[AlarmSource];

/** One resource that alarms watch. */
export interface MonitoredResource<S extends AlarmSource> {
  /**
   * What tells it from the others of its source, in names and legends, for instance `us-east-1a`.
   * @default nothing: it is the only one
   */
  readonly key?: string;
  readonly dimensions: DimensionsOf<S>;
  /**
   * Its own numbers, for the expressions of its source that need some: see `MetricMath.constants`.
   * @default none
   */
  readonly constants?: Readonly<Record<string, number>>;
  /**
   * Whether it has data now. A task that nobody started has none, and missing data would page until somebody does: then
   * its alarms stay without a verdict instead.
   * @default true
   */
  readonly expectsData?: boolean;
}

/** A resource of any source. */
export type AnyMonitoredResource = { [S in AlarmSource]: MonitoredResource<S> }[AlarmSource];

/** The resources that an environment has, by source. */
export type MonitoredResources = { readonly [S in AlarmSource]?: readonly MonitoredResource<S>[] };

/**
 * The expression of a calculation for one resource: its own numbers in the place of the constants' names.
 * @throws Error when the resource lacks a constant
 */
export function expressionOf({ expression, constants = [] }: MetricMath, resource: AnyMonitoredResource): string {
  return constants.reduce((text, name) => {
    const value = resource.constants?.[name];
    if (value === undefined) {
      throw new Error(
        `constants.${name} of a monitored resource must be given for "${expression}", got nothing; add it where the resource is described`,
      );
    }
    return text.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), `${value}`);
  }, expression);
}
