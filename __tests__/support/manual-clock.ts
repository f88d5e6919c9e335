import type { Clock } from '../../lambda/shared/runtime/clock';

/** A clock that stands still, but for who sleeps by it. */
export class ManualClock implements Clock {
  /** How long was slept, each time. */
  readonly sleeps: number[] = [];

  constructor(private time = 0) {}

  now(): number {
    return this.time;
  }

  sleep(milliseconds: number): Promise<void> {
    this.sleeps.push(milliseconds);
    this.time += milliseconds;
    return Promise.resolve();
  }
}
