import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { BUSINESS_METRICS, type BusinessMetric, createMetrics, type Metrics } from '../../../lambda/shared/metrics';
import { type CapturedOutput, captureOutput } from '../../support/output';

const NOW = Date.UTC(2026, 0, 2);
let output: CapturedOutput;
let metrics: Metrics;
beforeEach(() => {
  jest.useFakeTimers({ now: NOW });
  output = captureOutput();
  metrics = createMetrics({ environment: 'prod' });
});
afterEach(() => {
  output.release();
  jest.useRealTimers();
});

const document = (dimensions: readonly string[], definitions: readonly [BusinessMetric, string][], values: object) => ({
  _aws: {
    Timestamp: NOW,
    CloudWatchMetrics: [
      {
        Namespace: 'Payments',
        Dimensions: [dimensions],
        Metrics: definitions.map(([Name, Unit]) => ({ Name, Unit })),
      },
    ],
  },
  Environment: 'prod',
  ...values,
});

describe('metrics', () => {
  test('are one document for each set of dimensions, and nothing has a dimension more', () => {
    metrics.add('PaymentsBooked', 1);
    metrics.add('AmountBooked', 1050, { currency: 'EUR' });
    metrics.add('AmountBooked', 7, { currency: 'JPY' });
    metrics.add('EndToEndLatency', 0);
    metrics.publish();
    expect(output.documents()).toEqual([
      document(
        ['Environment'],
        [
          ['PaymentsBooked', 'Count'],
          ['EndToEndLatency', 'Milliseconds'],
        ],
        { PaymentsBooked: 1, EndToEndLatency: 0 },
      ),
      document(['Environment', 'Currency'], [['AmountBooked', 'None']], { Currency: 'EUR', AmountBooked: 1050 }),
      document(['Environment', 'Currency'], [['AmountBooked', 'None']], { Currency: 'JPY', AmountBooked: 7 }),
    ]);
  });

  test('that were added several times keep every value, so that percentiles are right', () => {
    for (const milliseconds of [12, 900, 12]) metrics.add('EndToEndLatency', milliseconds);
    metrics.publish();
    expect(output.documents()).toEqual([
      document(['Environment'], [['EndToEndLatency', 'Milliseconds']], { EndToEndLatency: [12, 900, 12] }),
    ]);
  });

  test('are written once: the next invocation writes its own, with the same dimensions', () => {
    metrics.add('AmountBooked', 1, { currency: 'EUR' });
    metrics.publish();
    metrics.publish();
    expect(output.lines()).toHaveLength(1);
    metrics.add('AmountBooked', 2, { currency: 'EUR' });
    metrics.publish();
    expect(output.documents()).toEqual([
      document(['Environment', 'Currency'], [['AmountBooked', 'None']], { Currency: 'EUR', AmountBooked: 2 }),
    ]);
  });

  test('write nothing, not even a warning, when nothing was added', () => {
    const warning = jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
    metrics.publish();
    expect([output.lines(), warning.mock.calls]).toEqual([[], []]);
    warning.mockRestore();
  });

  test('each have a unit that CloudWatch takes', () => {
    const names = Object.keys(BUSINESS_METRICS) as BusinessMetric[];
    for (const name of names) metrics.add(name, 3);
    metrics.publish();
    expect(output.documents()).toEqual([
      document(
        ['Environment'],
        names.map((name) => [name, BUSINESS_METRICS[name]]),
        Object.fromEntries(names.map((name) => [name, 3])),
      ),
    ]);
  });

  test.each([NaN, Infinity, -Infinity])('leave out a value that is no number: %p', (value) => {
    metrics.add('EndToEndLatency', value);
    metrics.publish();
    expect(output.lines()).toEqual([]);
  });

  test('lose nothing where one invocation adds more values than one document may hold', () => {
    for (let value = 0; value < 250; value++) metrics.add('PaymentsBooked', value);
    metrics.publish();
    const values = output.documents().flatMap(({ PaymentsBooked }) => PaymentsBooked);
    expect(values).toEqual(Array.from({ length: 250 }, (_, value) => value));
  });
});
