import {
  ALARM_SOURCES,
  type AlarmRow,
  type AnyMonitoredResource,
  expressionOf,
  type MetricStatistic,
} from './alarm-row';
import type { Severity } from './alert-subscription';
import type { DashboardWidget } from './dashboard-layout';

/** The most alarms that one widget shows. */
const ALARMS_A_WIDGET = 100;

const COLORS: Readonly<Record<Severity, string>> = { critical: '#d13212', warning: '#ff9900', info: '#1f77b4' };

/** A heading over the full width. */
export const headingWidget = (title: string): DashboardWidget => ({
  type: 'text',
  width: 24,
  height: 1,
  properties: { markdown: `## ${title}` },
});

/** The states of some alarms: as many widgets as they need. */
export function alarmStateWidgets(title: string, alarmArns: readonly string[]): DashboardWidget[] {
  return chunks(alarmArns, ALARMS_A_WIDGET).map((alarms, index) => ({
    type: 'alarm',
    width: 24,
    height: 4,
    properties: { title: index === 0 ? title : `${title} (${index + 1})`, alarms },
  }));
}

/**
 * One graph of one metric for every resource, with the thresholds of the alarms on it as lines.
 * @param rows alarms of one source on the same metric
 */
export function alarmGraphWidget(
  rows: readonly [AlarmRow, ...AlarmRow[]],
  resources: readonly AnyMonitoredResource[],
  region: string,
): DashboardWidget {
  const [{ metric, periodSeconds, title, unit }] = rows;
  return {
    type: 'metric',
    width: 8,
    height: 6,
    properties: {
      title: 'expression' in metric ? title : `${metric.name}, ${metric.statistic}`,
      region,
      view: 'timeSeries',
      stacked: false,
      period: periodSeconds,
      metrics: resources.flatMap((resource, index) => series(rows[0], resource, index)),
      annotations: {
        horizontal: rows.map((row) => ({
          label: `${row.id} (${row.severity})`,
          value: row.threshold,
          color: COLORS[row.severity],
          fill: row.comparison.startsWith('>') ? 'above' : 'below',
        })),
      },
      yAxis: { left: { label: unit, showUnits: false, min: 0 } },
    },
  };
}

function series({ source, metric, title }: AlarmRow, resource: AnyMonitoredResource, index: number): unknown[] {
  const { namespace } = ALARM_SOURCES[source];
  const dimensionsOf = (one: MetricStatistic) => Object.entries({ ...resource.dimensions, ...one.dimensions }).flat();
  const label = resource.key ?? ('expression' in metric ? title : metric.name);
  if (!('expression' in metric)) {
    return [[namespace, metric.name, ...dimensionsOf(metric), { stat: metric.statistic, label }]];
  }
  const metrics: Readonly<Record<string, MetricStatistic>> = metric.metrics;
  // Ids are unique in a widget, so each resource has its own of every metric.
  const idOf = (id: string): string => `${id}_${index}`;
  const expression = Object.keys(metrics).reduce(
    (text, id) => text.replaceAll(new RegExp(`\\b${id}\\b`, 'g'), idOf(id)),
    expressionOf(metric, resource),
  );
  return [
    [{ expression, label, id: idOf('result') }],
    ...Object.entries(metrics).map(([id, one]) => [
      namespace,
      one.name,
      ...dimensionsOf(one),
      { id: idOf(id), stat: one.statistic, visible: false },
    ]),
  ];
}

const chunks = <T>(values: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, index) => values.slice(index * size, (index + 1) * size));
