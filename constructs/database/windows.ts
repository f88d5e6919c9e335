import type { Problem } from '../validation/problem';

/** The bounds of automated backups, in days: 7 is this project's, 35 is AWS's. */
export const BACKUP_RETENTION_DAYS = { min: 7, max: 35 } as const;

/** What is wrong with a backup retention. */
export function backupRetentionProblems(days: number): Problem[] {
  const { min, max } = BACKUP_RETENTION_DAYS;
  if (Number.isInteger(days) && days >= min && days <= max) return [];
  return [
    {
      field: 'backupRetentionDays',
      must: `must be an integer from ${min} to ${max} (days)`,
      got: days,
      fix: 'choose a value in that range',
    },
  ];
}

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const TIME = '([01]\\d|2[0-3]):([0-5]\\d)';
const DAY = `(${DAYS.join('|')})`;
const DAILY = new RegExp(`^${TIME}-${TIME}$`);
const WEEKLY = new RegExp(`^${DAY}:${TIME}-${DAY}:${TIME}$`);
const MINUTES_A_DAY = 24 * 60;
const MINUTES_A_WEEK = 7 * MINUTES_A_DAY;
const SHORTEST_MINUTES = 30;

/** A window as its start and its length, in minutes. */
interface Window {
  readonly start: number;
  readonly length: number;
}

/**
 * What is wrong with the daily backup window (`hh:mm-hh:mm`) and the weekly maintenance window (`ddd:hh:mm-ddd:hh:mm`),
 * both in UTC: their form, fewer than 30 minutes, or an overlap, which RDS refuses.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Backups.html
 */
export function windowProblems(backupWindow: string, maintenanceWindow: string): Problem[] {
  const backup = dailyWindow(backupWindow);
  const maintenance = weeklyWindow(maintenanceWindow);
  const problems: Problem[] = [];
  if (backup === undefined || backup.length < SHORTEST_MINUTES) {
    problems.push({
      field: 'backupWindow',
      must: `must be a daily window in UTC, hh:mm-hh:mm, of at least ${SHORTEST_MINUTES} minutes`,
      got: backupWindow,
      fix: 'write it as 03:00-04:00',
    });
  }
  if (maintenance === undefined || maintenance.length < SHORTEST_MINUTES) {
    problems.push({
      field: 'maintenanceWindow',
      must: `must be a weekly window in UTC, ddd:hh:mm-ddd:hh:mm, of at least ${SHORTEST_MINUTES} minutes`,
      got: maintenanceWindow,
      fix: 'write it as sun:04:30-sun:05:30',
    });
  }
  if (problems.length > 0 || backup === undefined || maintenance === undefined || !overlap(backup, maintenance)) {
    return problems;
  }
  return [
    {
      field: 'maintenanceWindow',
      must: `must not overlap backupWindow (${backupWindow})`,
      got: maintenanceWindow,
      fix: 'move one of them',
    },
  ];
}

function dailyWindow(text: string): Window | undefined {
  const match = DAILY.exec(text);
  if (match === null) return undefined;
  const [from = 0, fromMinute = 0, to = 0, toMinute = 0] = match.slice(1).map(Number);
  return window(from * 60 + fromMinute, to * 60 + toMinute, MINUTES_A_DAY);
}

function weeklyWindow(text: string): Window | undefined {
  const match = WEEKLY.exec(text);
  if (match === null) return undefined;
  const at = (day: number): number =>
    DAYS.findIndex((name) => name === match[day]) * MINUTES_A_DAY +
    Number(match[day + 1]) * 60 +
    Number(match[day + 2]);
  return window(at(1), at(4), MINUTES_A_WEEK);
}

// A window may run past midnight, or from Sunday into Monday.
const window = (start: number, end: number, cycle: number): Window => ({
  start,
  length: (end - start + cycle) % cycle,
});

/** Whether a daily and a weekly window share a minute: each may begin while the other is open. */
const overlap = (daily: Window, weekly: Window): boolean => {
  const untilWeekly = (weekly.start - daily.start + MINUTES_A_WEEK) % MINUTES_A_DAY;
  return untilWeekly < daily.length || MINUTES_A_DAY - untilWeekly < weekly.length;
};
