/** Time, as far as a step of the migration sees it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after so many milliseconds, from 0. */
  sleep(milliseconds: number): Promise<void>;
}
