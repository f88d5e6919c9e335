import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { Construct } from 'constructs';
import { Deployment } from '../naming';
import {
  ALARM_SOURCES,
  type AlarmRow,
  type AnyMonitoredResource,
  expressionOf,
  type MetricStatistic,
  type MonitoredResources,
} from './alarm-row';
import type { Severity } from './alert-subscription';
import { ALARM_ROWS, type AlarmId } from './catalogue';
import { GIB } from './catalogue/units';

/** Thresholds of an environment that differ from the catalogue's, by alarm, in the row's unit. */
export type AlarmThresholds = Readonly<Partial<Record<AlarmId, number>>>;

export interface AlarmCatalogueProps {
  /** The topics that alarms publish to, when they go off and when they are over: `AlertTopics.topicArns`. */
  readonly topicArns: Readonly<Record<Severity, string>>;
  /** What the environment has, by source; a source without resources has no alarms. */
  readonly resources: MonitoredResources;
  /** Whether production runs here: then the rows that are for production only exist too. */
  readonly production: boolean;
  /**
   * Thresholds that differ here, in the row's unit.
   * @default the rows' own
   */
  readonly thresholds?: AlarmThresholds;
  /**
   * Where the runbook is read, without anchor: a URL, or its path in the repository.
   * @default 'docs/runbook.md'
   */
  readonly runbookUrl?: string;
}

/** An alarm that was made from a row for one resource. */
export interface CatalogueAlarm {
  readonly row: AlarmRow;
  readonly resource: AnyMonitoredResource;
  readonly alarmName: string;
  readonly alarmArn: string;
  /** The name by a reference: what uses it is created after the alarm. */
  readonly alarmNameReference: string;
}

const OPERATORS = {
  '>': 'GreaterThanThreshold',
  '>=': 'GreaterThanOrEqualToThreshold',
  '<': 'LessThanThreshold',
  '<=': 'LessThanOrEqualToThreshold',
} as const;

/** Every alarm of the catalogue for every resource that the environment has. */
export class AlarmCatalogue extends Construct {
  /** In the catalogue's order. */
  readonly alarms: readonly CatalogueAlarm[];

  /** @throws Error when a threshold is for no alarm of the catalogue, or is not a finite number */
  constructor(scope: Construct, id: string, props: AlarmCatalogueProps) {
    super(scope, id);
    requireThresholds(props.thresholds ?? {});
    this.alarms = alarmRows(props.production, props.thresholds).flatMap((row) =>
      resourcesOf(props.resources, row).map((resource) => this.create(row, resource, props)),
    );
  }

  /** The alarms of one row: one for each resource of its source; none where the environment has no such resource. */
  alarmsOf(rowId: AlarmId): readonly CatalogueAlarm[] {
    return this.alarms.filter(({ row }) => row.id === rowId);
  }

  private create(row: AlarmRow, resource: AnyMonitoredResource, props: AlarmCatalogueProps): CatalogueAlarm {
    const component = resource.key === undefined ? row.id : `${row.id}-${resource.key}`;
    const topic = [props.topicArns[row.severity]];
    const alarmName = Deployment.of(this).name(component);
    const alarm = new CloudwatchMetricAlarm(this, component, {
      alarmName,
      alarmDescription: [
        `${row.title}.`,
        row.reason,
        ...thresholdHere(row, props.thresholds),
        `Runbook: ${props.runbookUrl ?? 'docs/runbook.md'}#${row.runbook}`,
      ].join(' '),
      ...queryOf(row, resource),
      comparisonOperator: OPERATORS[row.comparison],
      threshold: row.threshold,
      evaluationPeriods: row.evaluationPeriods,
      datapointsToAlarm: row.datapointsToAlarm,
      treatMissingData: missingDataOf(row, resource),
      alarmActions: topic,
      okActions: topic,
    });
    return { row, resource, alarmName, alarmArn: alarm.arn, alarmNameReference: alarm.alarmName };
  }
}

/** The catalogue as it is in an environment: its rows, with its thresholds. */
function alarmRows(production: boolean, thresholds: AlarmThresholds = {}): readonly AlarmRow[] {
  const rows: readonly (AlarmRow & { readonly id: AlarmId })[] = ALARM_ROWS;
  return rows
    .filter((row) => production || row.onlyInProduction !== true)
    .map((row) => ({ ...row, threshold: thresholds[row.id] ?? row.threshold }));
}

/** What a title with the catalogue's own threshold would hide from the one who is woken. */
const thresholdHere = ({ id, comparison, threshold, unit }: AlarmRow, thresholds: AlarmThresholds = {}): string[] => {
  if (!Object.keys(thresholds).includes(id)) return [];
  return [
    `Here the threshold is ${comparison} ${unit === 'Bytes' ? `${threshold / GIB} GiB` : `${threshold} ${unit}`}.`,
  ];
};

const resourcesOf = (resources: MonitoredResources, row: AlarmRow): readonly AnyMonitoredResource[] =>
  resources[row.source] ?? [];

type Query = Pick<
  CloudwatchMetricAlarmConfig,
  | 'namespace'
  | 'metricName'
  | 'dimensions'
  | 'period'
  | 'statistic'
  | 'extendedStatistic'
  | 'evaluateLowSampleCountPercentiles'
  | 'metricQuery'
>;

function queryOf({ source, metric, periodSeconds, title }: AlarmRow, resource: AnyMonitoredResource): Query {
  const { namespace } = ALARM_SOURCES[source];
  const dimensionsOf = (one: MetricStatistic) => ({ ...resource.dimensions, ...one.dimensions });
  if ('expression' in metric) {
    const metrics: Readonly<Record<string, MetricStatistic>> = metric.metrics;
    return {
      metricQuery: [
        { id: 'result', expression: expressionOf(metric, resource), label: title, returnData: true },
        ...Object.entries(metrics).map(([id, one]) => ({
          id,
          metric: {
            namespace,
            metricName: one.name,
            dimensions: dimensionsOf(one),
            period: periodSeconds,
            stat: one.statistic,
          },
        })),
      ],
    };
  }
  const { name, statistic } = metric;
  return {
    namespace,
    metricName: name,
    dimensions: dimensionsOf(metric),
    period: periodSeconds,
    // A percentile of a handful of requests is the slowest of them: then the alarm stays as it is.
    ...(statistic.startsWith('p')
      ? { extendedStatistic: statistic, evaluateLowSampleCountPercentiles: 'ignore' }
      : { statistic }),
  };
}

const missingDataOf = (row: AlarmRow, { expectsData = true }: AnyMonitoredResource): AlarmRow['missingData'] =>
  row.missingData === 'breaching' && !expectsData ? 'missing' : row.missingData;

function requireThresholds(thresholds: AlarmThresholds): void {
  const ids: readonly string[] = ALARM_ROWS.map(({ id }) => id);
  const problems = Object.entries(thresholds).flatMap(([id, threshold]) => [
    ...(ids.includes(id)
      ? []
      : [`thresholds.${id} must be the id of an alarm, got "${id}"; the ids: ${ids.join(', ')}`]),
    ...(Number.isFinite(threshold) ? [] : [`thresholds.${id} must be a finite number, got ${threshold}`]),
  ]);
  if (problems.length > 0) throw new Error(problems.join('\n'));
}
