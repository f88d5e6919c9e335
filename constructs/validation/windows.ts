import type { Problem } from './problem';

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

/** What is wrong with a daily window, `hh:mm-hh:mm` in UTC: its form, or fewer than 30 minutes. */
export function dailyWindowProblems(field: string, text: string): Problem[] {
  if (isLongEnough(dailyWindow(text))) return [];
  return [
    {
      field,
      must: `must be a daily window in UTC, hh:mm-hh:mm, of at least ${SHORTEST_MINUTES} minutes`,
      got: text,
      fix: 'write it as 03:00-04:00',
    },
  ];
}

/** What is wrong with a weekly window, `ddd:hh:mm-ddd:hh:mm` in UTC: its form, or fewer than 30 minutes. */
export function weeklyWindowProblems(field: string, text: string): Problem[] {
  if (isLongEnough(weeklyWindow(text))) return [];
  return [
    {
      field,
      must: `must be a weekly window in UTC, ddd:hh:mm-ddd:hh:mm, of at least ${SHORTEST_MINUTES} minutes`,
      got: text,
      fix: 'write it as sun:04:30-sun:05:30',
    },
  ];
}

/** Whether a daily and a weekly window share a minute. False when either is no window. */
export function windowsOverlap(daily: string, weekly: string): boolean {
  const [one, other] = [dailyWindow(daily), weeklyWindow(weekly)];
  return one !== undefined && other !== undefined && overlap(one, other);
}

const isLongEnough = (window: Window | undefined): boolean => window !== undefined && window.length >= SHORTEST_MINUTES;

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

// Each may begin while the other is open.
const overlap = (daily: Window, weekly: Window): boolean => {
  const untilWeekly = (weekly.start - daily.start + MINUTES_A_WEEK) % MINUTES_A_DAY;
  return untilWeekly < daily.length || MINUTES_A_DAY - untilWeekly < weekly.length;
};
