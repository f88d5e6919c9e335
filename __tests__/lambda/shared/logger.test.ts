import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createLogger } from '../../../lambda/shared/logger';
import { type CapturedOutput, captureOutput } from '../../support/output';

const OPTIONS = { service: 'transaction-processing', environment: 'prod', release: 'abc123' };
const TIMESTAMP = '2026-01-02T03:04:05.006Z';
const COMMON = { timestamp: TIMESTAMP, service: 'transaction-processing', environment: 'prod', release: 'abc123' };

let output: CapturedOutput;
const variables = ['AWS_LAMBDA_LOG_LEVEL', 'LOG_LEVEL', '_X_AMZN_TRACE_ID', 'ENVIRONMENT', 'TZ'] as const;
const before = Object.fromEntries(variables.map((name) => [name, process.env[name]]));
beforeEach(() => {
  for (const name of variables) delete process.env[name];
  jest.useFakeTimers({ now: new Date(TIMESTAMP) });
  output = captureOutput();
});
afterEach(() => {
  output.release();
  jest.useRealTimers();
  for (const name of variables) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
});

describe('a log line', () => {
  test('is one JSON object on standard output with level, time, message, who writes, and the fields', () => {
    const logger = createLogger(OPTIONS);
    logger.info('started');
    logger.warn('slow %s', { milliseconds: 0, reason: '' });
    logger.error('failed\nbadly', { checks: ['a', 'b'], final: false });
    const lines = output.lines();
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { ...COMMON, level: 'INFO', message: 'started' },
      { ...COMMON, level: 'WARN', message: 'slow %s', milliseconds: 0, reason: '' },
      { ...COMMON, level: 'ERROR', message: 'failed\nbadly', checks: ['a', 'b'], final: false },
    ]);
    expect(lines[0]).toMatch(/^\{"level":"INFO","timestamp":"2026-/);
  });

  test('is written once, and through nothing that Lambda would wrap in JSON again', () => {
    const wrapped = (['log', 'info', 'warn', 'error'] as const).map((method) =>
      jest.spyOn(console, method).mockImplementation(() => undefined),
    );
    const errors = jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
    createLogger(OPTIONS).error('failed');
    expect(output.lines()).toHaveLength(1);
    expect([...wrapped, errors].map(({ mock }) => mock.calls.length)).toEqual([0, 0, 0, 0, 0]);
    for (const spy of [...wrapped, errors]) spy.mockRestore();
  });

  test('keeps its level, time, message and origin, whatever the fields are called', () => {
    const names = ['level', 'timestamp', 'message', 'service', 'environment', 'release', 'sampling_rate'];
    createLogger(OPTIONS).error('real', Object.fromEntries(names.map((name) => [name, 'fake'])));
    expect(output.documents()).toEqual([{ ...COMMON, level: 'ERROR', message: 'real', sampling_rate: 'fake' }]);
  });

  test('carries the ids of the invocation and of its trace, each time those of the present one', () => {
    const logger = createLogger(OPTIONS);
    for (const id of ['first', 'second']) {
      process.env['_X_AMZN_TRACE_ID'] = `Root=1-5759e988-${id};Parent=557abcec3ee5a047;Sampled=1`;
      logger.startInvocation(id);
      logger.info('done', { function_request_id: 'fake' });
    }
    expect(output.documents()).toEqual(
      ['first', 'second'].map((id) => ({
        ...COMMON,
        level: 'INFO',
        message: 'done',
        function_request_id: id,
        xray_trace_id: `1-5759e988-${id}`,
      })),
    );
  });
});

describe('the least level that is written', () => {
  test.each([
    [undefined, ['info', 'warn', 'error']],
    ['DEBUG', ['info', 'warn', 'error']],
    ['INFO', ['info', 'warn', 'error']],
    ['WARN', ['warn', 'error']],
    ['ERROR', ['error']],
  ])('is the one that the function is configured with: %s', (level, expected) => {
    if (level !== undefined) process.env['AWS_LAMBDA_LOG_LEVEL'] = level;
    const logger = createLogger(OPTIONS);
    logger.info('info');
    logger.warn('warn');
    logger.error('error');
    expect(output.documents().map(({ message }) => message)).toEqual(expected);
  });
});

test('two loggers keep their own invocation', () => {
  const [one, other] = [createLogger(OPTIONS), createLogger({ ...OPTIONS, service: 'fraud-detection' })];
  one.startInvocation('of-one');
  other.info('mine');
  expect(output.documents()).toEqual([{ ...COMMON, service: 'fraud-detection', level: 'INFO', message: 'mine' }]);
});
