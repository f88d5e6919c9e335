import type { Problem } from '../validation/problem';
import { dailyWindowProblems, weeklyWindowProblems, windowsOverlap } from '../validation/windows';

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

/**
 * What is wrong with the daily backup window (`hh:mm-hh:mm`) and the weekly maintenance window (`ddd:hh:mm-ddd:hh:mm`),
 * both in UTC: their form, fewer than 30 minutes, or an overlap, which RDS refuses.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Backups.html
 */
export function windowProblems(backupWindow: string, maintenanceWindow: string): Problem[] {
  const problems = [
    ...dailyWindowProblems('backupWindow', backupWindow),
    ...weeklyWindowProblems('maintenanceWindow', maintenanceWindow),
  ];
  if (problems.length > 0 || !windowsOverlap(backupWindow, maintenanceWindow)) return problems;
  return [
    {
      field: 'maintenanceWindow',
      must: `must not overlap backupWindow (${backupWindow})`,
      got: maintenanceWindow,
      fix: 'move one of them',
    },
  ];
}
