import type { Problem } from '../validation/problem';

const LONGEST_STATEMENT_MILLISECONDS = 2_147_483_647;
const DAYS_A_MONTH = 31;
const SHORTEST_RETENTION_DAYS = 7;
const LONGEST_RETENTION_DAYS = 731;

/**
 * What is wrong with the retention of Performance Insights. AWS keeps 7 days without charge, months of 31 days, or 731.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
 */
export function insightsRetentionProblems(days: number): Problem[] {
  const months = days / DAYS_A_MONTH;
  const isMonths = Number.isInteger(months) && months >= 1 && months <= 23;
  if (isMonths || days === SHORTEST_RETENTION_DAYS || days === LONGEST_RETENTION_DAYS) return [];
  return [
    {
      field: 'performanceInsightsRetentionDays',
      must: `must be ${SHORTEST_RETENTION_DAYS}, a multiple of ${DAYS_A_MONTH} up to ${23 * DAYS_A_MONTH}, or ${LONGEST_RETENTION_DAYS} (days)`,
      got: days,
      fix: 'choose such a value',
    },
  ];
}

/** What is wrong with the duration from which on a statement is logged. 0 would log every payment. */
export function slowQueryProblems(milliseconds: number): Problem[] {
  if (Number.isInteger(milliseconds) && milliseconds >= 1 && milliseconds <= LONGEST_STATEMENT_MILLISECONDS) return [];
  return [
    {
      field: 'slowQueryMilliseconds',
      must: `must be an integer from 1 to ${LONGEST_STATEMENT_MILLISECONDS} (milliseconds)`,
      got: milliseconds,
      fix: 'choose a value in that range',
    },
  ];
}
