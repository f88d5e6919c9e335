import { expect, test } from '@jest/globals';
import { createLogger } from '../../../lambda/shared/logger';

test('a log line is one JSON object with level, time, message and the fields', () => {
  const lines: string[] = [];
  const logger = createLogger({
    write: (line) => lines.push(line),
    now: () => new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 6)),
    fields: { service: 'api' },
  });
  logger.info('started');
  logger.warn('slow', { milliseconds: 0 });
  logger.error('failed\nbadly', { checks: ['a', 'b'] });
  const timestamp = '2026-01-02T03:04:05.006Z';
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { service: 'api', level: 'INFO', timestamp, message: 'started' },
    { service: 'api', level: 'WARN', timestamp, message: 'slow', milliseconds: 0 },
    { service: 'api', level: 'ERROR', timestamp, message: 'failed\nbadly', checks: ['a', 'b'] },
  ]);
  expect(lines.some((line) => line.includes('\n'))).toBe(false);
});

test('fields of a line cannot hide its level, time or message', () => {
  const lines: string[] = [];
  const logger = createLogger({ write: (line) => lines.push(line), now: () => new Date(0), fields: {} });
  logger.error('real', { level: 'INFO', message: 'fake', timestamp: 'never' });
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    level: 'ERROR',
    message: 'real',
    timestamp: '1970-01-01T00:00:00.000Z',
  });
});
