import { setTimeout as sleep } from 'node:timers/promises';
import type { Observer } from '../rows/run';

/** How often limits are read while the comparison waits, and at most while it does not. */
const POLL_MS = 1000;

/** Why the comparison has to wait, as a whole clause; undefined: it may go on. */
export type Limits = () => Promise<string | undefined>;

export interface PacingOptions {
  /** Rows a second, read from each side, over all workers; 0: without limit. */
  readonly rowsPerSecond: number;
  /** @default none */
  readonly limits?: Limits;
  readonly observer?: Observer;
  readonly signal?: AbortSignal;
}

/** Holds workers back. Each waits here before it reads, and says afterwards how much it read. */
export class Pacing {
  private freeAt = 0;
  private checkedAt = -Infinity;
  private check: Promise<void> | undefined;
  private waiting = 0;

  constructor(private readonly options: PacingOptions) {}

  /** @throws the signal's reason when it is aborted */
  async ready(): Promise<void> {
    this.options.signal?.throwIfAborted();
    if (this.options.limits !== undefined) {
      if (performance.now() - this.checkedAt >= POLL_MS) this.check ??= this.withinLimits(this.options.limits);
      await this.check;
    }
    const wait = this.freeAt - performance.now();
    if (wait > 0) await this.waitFor(wait);
  }

  /** What was read is paid for afterwards: how many rows a chunk has is not known before. */
  read(rows: number): void {
    const { rowsPerSecond } = this.options;
    if (rowsPerSecond === 0) return;
    this.freeAt = Math.max(this.freeAt, performance.now()) + (rows / rowsPerSecond) * 1000;
  }

  /** All workers wait for the same answer. */
  private async withinLimits(limits: Limits): Promise<void> {
    let told: string | undefined;
    try {
      for (;;) {
        const reason = await limits();
        if (reason === undefined) break;
        if (reason !== told) this.options.observer?.paused(reason);
        told = reason;
        await sleep(POLL_MS, undefined, { signal: this.options.signal });
      }
      this.checkedAt = performance.now();
    } catch (error) {
      this.options.signal?.throwIfAborted();
      throw error;
    } finally {
      this.check = undefined;
      if (told !== undefined) this.options.observer?.paused(undefined);
    }
  }

  private async waitFor(ms: number): Promise<void> {
    const { observer, rowsPerSecond, signal } = this.options;
    // Shorter waits are how a rate is kept, not a pause.
    const told = ms >= POLL_MS;
    if (told && this.waiting === 0) observer?.paused(`the rate of ${rowsPerSecond} rows a second`);
    this.waiting += told ? 1 : 0;
    try {
      await sleep(ms, undefined, { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      this.waiting -= told ? 1 : 0;
      if (told && this.waiting === 0) observer?.paused(undefined);
    }
  }
}
