import type { MigrationAuthority, MigrationRecord } from '../shared/authority/migration-authority';
import type { Logger } from '../shared/logger';
import type { Metrics } from '../shared/metrics';
import type { RollbackDurations } from '../shared/migration/rollback-durations';
import type { EstimateBoard, RollbackEstimate } from '../shared/migration/rollback-estimate';
import {
  liveDirection,
  publishedSeconds,
  type RollbackSituation,
  rollbackTime,
  statusesNeeded,
} from '../shared/migration/rollback-time';
import type { Replication } from '../shared/replication/replication';
import type { Clock } from '../shared/runtime/clock';
import { errorFields } from '../shared/runtime/error-fields';

export interface MeasureDependencies {
  readonly authority: Pick<MigrationAuthority, 'record'>;
  readonly replication: Pick<Replication, 'status'>;
  readonly board: Pick<EstimateBoard, 'write'>;
  readonly durations: RollbackDurations;
  readonly rollbackWindowHours: number;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Measures how long a rollback would take and what a loss would cost, publishes both and writes them down. What cannot be told
 * is not published: it is never 0. A direction that cannot be asked keeps nothing else from being told; then the invocation
 * fails all the same, after that.
 */
export async function measure(dependencies: MeasureDependencies): Promise<RollbackEstimate> {
  const { authority, board, durations, rollbackWindowHours, metrics, logger, clock } = dependencies;
  const now = clock.now();
  const record = await authority.record();
  const { status, failures } = await ask(dependencies, record);
  const time = rollbackTime({ record, status, durations, rollbackWindowHours, now });
  const live = liveDirection(record);
  const recoveryPointSeconds = live === undefined ? undefined : status[live]?.lagSeconds;
  const published = publishedSeconds(time);
  const reasons = time.bound === 'bounded' ? [] : time.reasons;
  if (published !== undefined) metrics.add('RollbackTimeSeconds', published);
  if (recoveryPointSeconds !== undefined) metrics.add('RecoveryPointSeconds', recoveryPointSeconds);
  if (time.bound === 'unbounded' || time.bound === 'unknown') {
    logger.warn(`the time of a rollback is ${time.bound}`, { authority: record.authority, reasons });
  }
  const estimate: RollbackEstimate = {
    at: now,
    authority: record.authority,
    epoch: record.epoch,
    bound: time.bound,
    ...(time.bound === 'bounded' ? { rollbackSeconds: time.seconds } : {}),
    terms: time.terms,
    reasons,
    ...(recoveryPointSeconds === undefined ? {} : { recoveryPointSeconds }),
  };
  await board.write(estimate);
  if (failures.length > 0) throw failures[0];
  return estimate;
}

async function ask(
  { replication, logger }: MeasureDependencies,
  record: MigrationRecord,
): Promise<{ readonly status: RollbackSituation['status']; readonly failures: readonly unknown[] }> {
  const status: { -readonly [Name in keyof RollbackSituation['status']]: RollbackSituation['status'][Name] } = {};
  const failures: unknown[] = [];
  for (const direction of statusesNeeded(record)) {
    try {
      status[direction] = await replication.status(direction);
    } catch (error) {
      logger.error('replication could not be asked', { direction, ...errorFields(error) });
      failures.push(error);
    }
  }
  return { status, failures };
}
