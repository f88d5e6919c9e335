import { ExplainedError } from '../../shared/runtime/error-fields';

/** The time is not enough for what was asked. */
export class OutOfTime extends ExplainedError {
  override readonly name = 'OutOfTime';
}

/** What is left when work must have ended: to write what was found, and to answer. */
const MARGIN_MS = 20_000;

/** Until when may be worked. */
export class Deadline {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;

  /**
   * @param remainingMs what Lambda leaves, in milliseconds, now
   * @param advice what to do when it is not enough
   * @param until when everything is over, whatever Lambda leaves, in milliseconds since 1970: with a freeze. @default never
   */
  constructor(
    private readonly remainingMs: () => number,
    advice: string,
    private readonly until = Infinity,
  ) {
    const left = Math.max(this.leftMs, 0);
    const whole = this.untilMs < this.invocationMs ? 'what is left of the freeze' : 'one invocation';
    this.timer = setTimeout(() => {
      this.controller.abort(
        new OutOfTime(`the work must fit into ${whole}, got ${Math.round(left / 1000)} s for it; ${advice}`),
      );
    }, left);
    this.timer.unref();
  }

  /** What may still be spent, in milliseconds; 0 or less: nothing. */
  get leftMs(): number {
    return this.leftLess(0);
  }

  /** What may still be spent where something else needs so much of the invocation afterwards, in milliseconds. */
  leftLess(reservedMs: number): number {
    // At the end of a freeze nothing is left to do: it is undone.
    return Math.min(this.invocationMs - reservedMs, this.untilMs);
  }

  /** Aborts with `OutOfTime` when the time is over. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  private get invocationMs(): number {
    return this.remainingMs() - MARGIN_MS;
  }

  private get untilMs(): number {
    return this.until - Date.now();
  }

  /** The work has ended. */
  clear(): void {
    clearTimeout(this.timer);
  }
}
