import { SIDES } from '../shared/authority/authority';
import type { MigrationAuthority, MigrationRecord } from '../shared/authority/migration-authority';
import type { Logger } from '../shared/logger';
import type { Metrics } from '../shared/metrics';
import { durationsOf, type MeasuredDurations, type PastFreezes } from '../shared/migration/past-freezes';
import type { RollbackDurations } from '../shared/migration/rollback-durations';
import type { EstimateBoard, RollbackEstimate } from '../shared/migration/rollback-estimate';
import {
  liveDirection,
  publishedSeconds,
  type RollbackSituation,
  rollbackTime,
  statusesNeeded,
} from '../shared/migration/rollback-time';
import type { FoundSlot, Replication } from '../shared/replication/replication';
import type { Clock } from '../shared/runtime/clock';
import { errorFields } from '../shared/runtime/error-fields';

export interface MeasureDependencies {
  readonly authority: Pick<MigrationAuthority, 'record'>;
  readonly replication: Pick<Replication, 'status' | 'slots'>;
  readonly board: Pick<EstimateBoard, 'write'>;
  readonly pastFreezes: PastFreezes;
  /** How long each part takes, with what was measured in the place of what is assumed. */
  readonly durations: (measured: Partial<RollbackDurations>) => RollbackDurations;
  readonly rollbackWindowHours: number;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Measures how long a rollback would take, what a loss would cost and how much WAL our slots keep, publishes it and writes the
 * first two down. What cannot be told is not published: it is never 0. What cannot be asked keeps nothing else from being told;
 * then the invocation fails all the same, after that.
 */
export async function measure(dependencies: MeasureDependencies): Promise<RollbackEstimate> {
  const { authority, board, durations, rollbackWindowHours, metrics, logger, clock } = dependencies;
  const now = clock.now();
  const record = await authority.record();
  const { status, failures } = await ask(dependencies, record);
  failures.push(...(await tellRetainedWal(dependencies)));
  const { seconds, sources } = await measured(dependencies, failures);
  const time = rollbackTime({ record, status, durations: durations(seconds), sources, rollbackWindowHours, now });
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
): Promise<{ readonly status: RollbackSituation['status']; readonly failures: unknown[] }> {
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

/** What the last freeze took. Where there was none, or it cannot be read, what is assumed stays. */
async function measured({ pastFreezes, logger }: MeasureDependencies, failures: unknown[]): Promise<MeasuredDurations> {
  try {
    const past = await pastFreezes.newest();
    if (past !== undefined) return durationsOf(past);
  } catch (error) {
    logger.error('the last freeze could not be read', errorFields(error));
    failures.push(error);
  }
  return { seconds: {}, sources: {} };
}

const RETAINED_WAL = { 'on-prem': 'RetainedWalBytesOnPremises', aurora: 'RetainedWalBytesAurora' } as const;

/**
 * Nobody reads the old forward slot until a rollback or `finish` drops it: no lag tells of what it keeps.
 * @returns what went wrong
 */
async function tellRetainedWal({ replication, metrics, logger }: MeasureDependencies): Promise<readonly unknown[]> {
  let slots: readonly FoundSlot[];
  try {
    slots = await replication.slots();
  } catch (error) {
    logger.error('the replication slots could not be listed', errorFields(error));
    return [error];
  }
  for (const side of SIDES) {
    const ours = slots.filter((slot) => slot.side === side && slot.direction !== undefined);
    metrics.add(RETAINED_WAL[side], Math.max(0, ...ours.map(({ retainedBytes }) => retainedBytes)));
  }
  return [];
}
