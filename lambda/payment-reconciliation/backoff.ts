const MINUTE_MILLIS = 60_000;

/** How old a payment is before it is driven again: the stream finishes nearly all of them within seconds. */
export const FIRST_AFTER_MILLIS = 10 * MINUTE_MILLIS;
/** The longest time between two attempts. */
export const LONGEST_MILLIS = 6 * 60 * MINUTE_MILLIS;

/** What decides when a payment is driven again. */
export interface Attempts {
  /** When it was accepted, in milliseconds since 1970. */
  readonly timestamp: number;
  /** How often it was driven again. */
  readonly redrives: number;
  /** When it was last driven again, in milliseconds since 1970. @default never */
  readonly redrivenAt?: number;
}

/** Whether a payment is to be driven again now: first after 10 minutes, then after 20, 40 and so on, at most 6 hours. */
export function isDue({ timestamp, redrives, redrivenAt }: Attempts, now: number): boolean {
  if (redrivenAt === undefined) return now - timestamp >= FIRST_AFTER_MILLIS;
  return now - redrivenAt >= Math.min(FIRST_AFTER_MILLIS * 2 ** redrives, LONGEST_MILLIS);
}
