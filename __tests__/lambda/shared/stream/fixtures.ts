import type { Logger, LogFields } from '../../../../lambda/shared/logger';
import type { BusinessMetric, Metrics } from '../../../../lambda/shared/metrics';
import type { FailedQueue, FailureNotice, Topics } from '../../../../lambda/shared/stream/ports';
import type { StreamRecord } from '../../../../lambda/shared/stream/record';

/** The id of the n-th transaction of a test. */
export const idOf = (n: number): string => `00000000-0000-4000-8000-${`${n}`.padStart(12, '0')}`;

/** A record of the transactions' stream about the n-th transaction, as Lambda delivers it. */
export const rawRecord = (n: number, more: Readonly<Record<string, unknown>> = {}, eventName = 'INSERT') => ({
  eventID: `${n}`,
  eventName,
  eventSource: 'aws:dynamodb',
  dynamodb: {
    SequenceNumber: `${n}`,
    Keys: { transaction_id: { S: idOf(n) }, timestamp: { N: '1' } },
    NewImage: { transaction_id: { S: idOf(n) }, timestamp: { N: '1' }, card_token: { S: 'tok_secret' } },
    ...more,
  },
});

export interface Call {
  readonly to: 'queue' | 'failed-transactions' | 'system-errors';
  readonly code: string;
  readonly sequenceNumber?: string;
  readonly transactionId?: string;
}

/** Ports of a stream's handler that note what they are told, and throw what a test wants. */
export function recordingPorts() {
  const calls: Call[] = [];
  const lines: { readonly level: string; readonly message: string; readonly fields: LogFields }[] = [];
  const counts: Partial<Record<BusinessMetric, number>> = {};
  const faults: { queue?: Error; topics?: Error } = {};
  const line =
    (level: string) =>
    (message: string, fields: LogFields = {}) => {
      lines.push({ level, message, fields });
    };
  const failedQueue: FailedQueue = {
    put: ({ sequenceNumber }: StreamRecord, code) => {
      if (faults.queue !== undefined) return Promise.reject(faults.queue);
      calls.push({ to: 'queue', code, sequenceNumber });
      return Promise.resolve();
    },
  };
  const publish = (to: Call['to']) => (notice: FailureNotice) => {
    if (faults.topics !== undefined) return Promise.reject(faults.topics);
    calls.push({ to, ...notice });
    return Promise.resolve();
  };
  const topics: Topics = {
    failedTransaction: publish('failed-transactions'),
    systemError: publish('system-errors'),
  };
  const logger: Logger = { info: line('INFO'), warn: line('WARN'), error: line('ERROR') };
  const metrics: Metrics = {
    add: (name, value) => {
      counts[name] = (counts[name] ?? 0) + value;
    },
    publish: () => undefined,
  };
  return { calls, lines, counts, faults, failedQueue, topics, logger, metrics };
}
