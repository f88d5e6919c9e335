import type { DashboardWidget } from './dashboard-layout';
import type { MetricName } from './metrics';

type PaymentMetric = MetricName<'Payments'>;

/** A series of a graph: the metric and what the legend calls it. */
type Series = readonly [metric: PaymentMetric, label: string];

const OUTCOMES: readonly Series[] = [
  ['PaymentsReceived', 'received'],
  ['PaymentsApproved', 'approved'],
  ['PaymentsRejected', 'rejected'],
  ['PaymentsBooked', 'booked'],
];

const TROUBLE: readonly Series[] = [
  ['PaymentsFailed', 'failed'],
  ['PaymentsRedriven', 'driven again'],
  ['PaymentsDuplicate', 'duplicates'],
];

const PERCENTILES = ['p50', 'p90', 'p99'] as const;
const PERIOD_SECONDS = 300;

/** How the payments of an environment go, beside what alarms watch: numbers, amounts and times. */
export function businessWidgets(environment: string, region: string): DashboardWidget[] {
  const dimensions = ['Environment', environment];
  const sums = (series: readonly Series[]): unknown[] =>
    series.map(([metric, label]) => ['Payments', metric, ...dimensions, { stat: 'Sum', label }]);
  // Found by a search: no list of currencies could be complete.
  const amounts = `SEARCH('{Payments,Environment,Currency} MetricName="AmountBooked" Environment="${environment}"', 'Sum', ${PERIOD_SECONDS})`;
  const latency = PERCENTILES.map((stat) => ['Payments', 'EndToEndLatency', ...dimensions, { stat, label: stat }]);
  return [
    graph('Payments in five minutes', 'Count', region, sums(OUTCOMES)),
    graph('Payments that did not go straight', 'Count', region, sums(TROUBLE)),
    graph('Amount booked, in minor units by currency', 'Minor units', region, [
      [{ expression: amounts, id: 'amounts' }],
    ]),
    graph('From acceptance to booking', 'Milliseconds', region, latency),
  ];
}

const graph = (title: string, unit: string, region: string, metrics: unknown[]): DashboardWidget => ({
  type: 'metric',
  width: 12,
  height: 6,
  properties: {
    title,
    region,
    view: 'timeSeries',
    stacked: false,
    period: PERIOD_SECONDS,
    metrics,
    yAxis: { left: { label: unit, showUnits: false, min: 0 } },
  },
});
