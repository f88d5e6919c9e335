import { type Problem, when } from '../validation/problem';
import { LOCK_RETENTION_DAYS, type ObjectLockMode } from './object-lock';

/** How long audit records are kept, and how. */
export interface AuditRetention {
  /** Whether somebody may bypass the lock (governance) or nobody (compliance). */
  readonly mode: ObjectLockMode;
  /** Days for which a record is locked: 1 to 36,500. PCI DSS 4.0, 10.5.1, asks for twelve months. */
  readonly retentionDays: number;
  /** Days until a record moves to Glacier, from where it takes hours to read: at least 1. */
  readonly glacierAfterDays: number;
  /**
   * Days until a record is deleted: not before its lock ends, and after it went to Glacier.
   * @default never
   */
  readonly expireAfterDays?: number;
}

const isDays = (days: number): boolean =>
  Number.isInteger(days) && days >= LOCK_RETENTION_DAYS.min && days <= LOCK_RETENTION_DAYS.max;

/** What is wrong with days: each alone, then with each other. */
export function auditRetentionProblems(retention: AuditRetention): Problem[] {
  const { retentionDays, glacierAfterDays, expireAfterDays } = retention;
  const { min, max } = LOCK_RETENTION_DAYS;
  const days = Object.entries({ retentionDays, glacierAfterDays, expireAfterDays }).filter(
    (entry): entry is [string, number] => entry[1] !== undefined,
  );
  const wrong = days.flatMap(([field, got]) =>
    when(!isDays(got), {
      field,
      must: `must be an integer from ${min} to ${max} (days)`,
      got,
      fix: 'choose a value in that range',
    }),
  );
  return wrong.length > 0 ? wrong : expiryProblems(retention);
}

/** What is wrong with the expiry beside the other days. */
export function expiryProblems({
  retentionDays,
  glacierAfterDays,
  expireAfterDays,
}: Partial<Omit<AuditRetention, 'mode'>>): Problem[] {
  if (expireAfterDays === undefined) return [];
  const before = retentionDays !== undefined && expireAfterDays < retentionDays;
  const notAfter = glacierAfterDays !== undefined && expireAfterDays <= glacierAfterDays;
  return [
    ...when(before, {
      field: 'expireAfterDays',
      must: `must not be before the lock ends (retentionDays, ${retentionDays} days)`,
      got: expireAfterDays,
      fix: 'raise it or leave it out',
    }),
    ...when(notAfter, {
      field: 'expireAfterDays',
      must: `must be after the move to Glacier (glacierAfterDays, ${glacierAfterDays} days)`,
      got: expireAfterDays,
      fix: 'raise it or leave it out',
    }),
  ];
}
