import type { MigrationRecord } from '../../../lambda/shared/authority/migration-authority';
import type { RollbackEstimate } from '../../../lambda/shared/migration/rollback-estimate';
import { sinceText, spanText } from '../text';
import type { Reading } from './read-status';

/** It is measured each minute: after this time somebody should know that it is not any more. */
const OLD_SECONDS = 300;

/**
 * How long a rollback would take, as it was measured last.
 * @param record as it is now: what was measured before its last change says nothing @default it is not known
 */
export function estimateText(
  reading: Reading<RollbackEstimate | undefined>,
  now: number,
  record?: Pick<MigrationRecord, 'epoch'>,
): string {
  if ('problem' in reading) return `its time could not be read: ${reading.problem}`;
  const { value: estimate } = reading;
  if (estimate === undefined) return 'its time was not measured yet';
  const age = sinceText(estimate.at, now);
  const measured = now - estimate.at > OLD_SECONDS * 1000 ? `measured ${age} ago: OLD` : `measured ${age} ago`;
  const before = record !== undefined && record.epoch !== estimate.epoch ? ', BEFORE AUTHORITY CHANGED' : '';
  return `${boundText(estimate)} (${measured}${before})`;
}

function boundText({ bound, rollbackSeconds, reasons, terms }: RollbackEstimate): string {
  const why = reasons.length === 0 ? '' : `: ${reasons.join(' | ')}`;
  switch (bound) {
    case 'bounded': {
      const parts = terms
        .filter(({ seconds }) => seconds > 0)
        .map(({ name, seconds }) => `${name} ${spanText(seconds)}`);
      return `${rollbackSeconds === undefined ? 'bounded' : `about ${spanText(rollbackSeconds)}`}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`;
    }
    case 'unbounded':
      return `WOULD NOT END BY ITSELF${why}`;
    case 'unknown':
      return `its time cannot be told${why}`;
    case 'ended':
      return `there is none any more${why}`;
  }
}
