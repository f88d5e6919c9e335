import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { MetricStatistic } from '../../../constructs/monitoring/alarm-row';
import {
  ALARM_ROWS,
  ALARM_SOURCES,
  GATES,
  type AlarmRow,
  METRICS,
  metricFacts,
  SEVERITIES,
} from '../../../constructs/monitoring';
import { BUSINESS_METRICS, METRICS_NAMESPACE } from '../../../lambda/shared/metrics';

const ROWS: readonly AlarmRow[] = ALARM_ROWS;

const anchors = (text: string): string[] => [...text.matchAll(/^### (\S+)$/gm)].flatMap(([, anchor]) => anchor ?? []);
const RUNBOOK = readFileSync(join(__dirname, '../../../docs/runbook.md'), 'utf8');

const metricsOf = ({ metric }: AlarmRow): MetricStatistic[] => {
  if (!('expression' in metric)) return [metric];
  const metrics: Readonly<Record<string, MetricStatistic>> = metric.metrics;
  return Object.values(metrics);
};

describe('the alarm catalogue', () => {
  test('names each alarm once', () => {
    const ids = ROWS.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });

  test('has alarms for every source', () => {
    expect(new Set(ROWS.map(({ source }) => source))).toEqual(new Set(Object.keys(ALARM_SOURCES)));
  });

  test('sends each runbook section at least one alarm: none is left over', () => {
    const named = [...ROWS, ...Object.values(GATES)].map(({ runbook }) => runbook);
    expect(new Set(named)).toEqual(new Set(anchors(RUNBOOK)));
  });
});

describe.each(ROWS.map((row) => [row.id, row] as const))('the alarm %s', (_, row) => {
  test('has an id that CloudWatch and Terraform take as it is', () => {
    expect(row.id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/);
  });

  test('says what is wrong and why at this threshold, in sentences', () => {
    expect(row.title).toMatch(/^[A-Z].{10,}[^.]$/);
    expect(row.reason).toMatch(/^\S.{30,}\.$/);
  });

  test('has a severity and a section in the runbook that says what it means, what to look at and what to do', () => {
    expect(SEVERITIES).toContain(row.severity);
    const [, rest = ''] = RUNBOOK.split(`### ${row.runbook}\n`);
    const [section = ''] = rest.split(/^##/m);
    expect(section).toMatch(/\*\*Means:\*\*[^]+\*\*Look first:\*\*[^]+\*\*Do:\*\*/);
  });

  test('names metrics that the service publishes with the dimensions of its source', () => {
    const { namespace, dimensions: ofSource } = ALARM_SOURCES[row.source];
    for (const { name, dimensions = {} } of metricsOf(row)) {
      expect([name, metricFacts(namespace, name)?.dimensions]).toEqual([
        name,
        expect.arrayContaining([[...ofSource, ...Object.keys(dimensions)]]),
      ]);
    }
  });

  test('has a finite threshold in the unit of the metric', () => {
    expect(Number.isFinite(row.threshold)).toBe(true);
    const units = metricsOf(row).map(({ name }) => metricFacts(ALARM_SOURCES[row.source].namespace, name)?.unit);
    // A share is calculated as such; everything else keeps the one unit of its metrics.
    const isShare = 'expression' in row.metric && /\b100 \* /.test(row.metric.expression);
    expect(isShare ? ['Percent'] : [...new Set(units)]).toEqual([row.unit]);
  });

  test('evaluates whole periods, at most a day, and needs no more of them than there are', () => {
    expect(row.datapointsToAlarm).toBeGreaterThanOrEqual(1);
    expect(row.datapointsToAlarm).toBeLessThanOrEqual(row.evaluationPeriods);
    expect(row.evaluationPeriods * row.periodSeconds).toBeLessThanOrEqual(86_400);
  });

  test('uses in an expression exactly the metrics and constants that it defines', () => {
    const { metric } = row;
    const used = 'expression' in metric ? [...metric.expression.matchAll(/\b[a-z]\w*\b/g)].map(([id]) => id) : [];
    const defined = 'expression' in metric ? [...Object.keys(metric.metrics), ...(metric.constants ?? [])] : [];
    expect(new Set(used)).toEqual(new Set(defined));
  });
});

describe('the table of metrics', () => {
  test.each(Object.entries(METRICS))('says where the metrics of %s are listed', (namespace, { source }) => {
    expect(source).toMatch(
      namespace.startsWith('AWS/') ? /^https:\/\/docs\.aws\.amazon\.com\/\S+\.html$/ : /^lambda\/shared\/metrics\.ts$/,
    );
  });

  test('has the business metrics that functions write, in their units and under their namespace', () => {
    const { metrics } = METRICS[METRICS_NAMESPACE];
    expect(Object.fromEntries(Object.entries(metrics).map(([name, { unit }]) => [name, unit]))).toEqual(
      BUSINESS_METRICS,
    );
  });

  test('knows no metric that it does not hold', () => {
    expect(metricFacts('AWS/RDS', 'CpuUtilization')).toBeUndefined();
    expect(metricFacts('AWS/RDS', 'toString')).toBeUndefined();
  });
});
