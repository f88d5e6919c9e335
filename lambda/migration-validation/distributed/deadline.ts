import { ExplainedError } from '../../shared/runtime/error-fields';

/** The invocation's time is not enough for what was asked. */
export class OutOfTime extends ExplainedError {
  override readonly name = 'OutOfTime';
}

/** What is left when work must have ended: to write what was found, and to answer. */
const MARGIN_MS = 20_000;

/** Until when an invocation may work. */
export class Deadline {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;

  /**
   * @param remainingMs what Lambda leaves, in milliseconds, now
   * @param advice what to do when it is not enough
   */
  constructor(
    private readonly remainingMs: () => number,
    advice: string,
  ) {
    const left = Math.max(this.leftMs, 0);
    this.timer = setTimeout(() => {
      this.controller.abort(
        new OutOfTime(`the work must fit into one invocation, got ${Math.round(left / 1000)} s for it; ${advice}`),
      );
    }, left);
    this.timer.unref();
  }

  /** What may still be spent, in milliseconds; 0 or less: nothing. */
  get leftMs(): number {
    return this.remainingMs() - MARGIN_MS;
  }

  /** Aborts with `OutOfTime` when the time is over. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** The work has ended. */
  clear(): void {
    clearTimeout(this.timer);
  }
}
