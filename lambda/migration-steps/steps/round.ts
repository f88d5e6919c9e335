import type { Clock } from '../../shared/runtime/clock';
import type { StepContext } from '../step';

/** How long one invocation waits at most, in milliseconds. */
const LONGEST_MS = 60_000;
/** What is left of an invocation for its answer, in milliseconds. */
const MARGIN_MS = 5_000;

/** The waiting of one invocation: it ends when what is awaited is there, when the invocation must end, or with a time limit. */
export class Round {
  private readonly endsAt: number;

  /** @param deadline in milliseconds since 1970. @default none */
  constructor(
    private readonly clock: Clock,
    context: Pick<StepContext, 'remainingMs'>,
    private readonly deadline = Number.POSITIVE_INFINITY,
  ) {
    this.endsAt = clock.now() + Math.min(LONGEST_MS, context.remainingMs() - MARGIN_MS);
  }

  /** Whether the time limit is over. */
  get expired(): boolean {
    return this.clock.now() >= this.deadline;
  }

  /**
   * Looks until something is found, once at least.
   * @returns what was found; `again` when the invocation must end first, `expired` when the time limit is over
   */
  async until<Found extends object | true>(
    look: () => Promise<Found | undefined>,
    pauseMs: number,
  ): Promise<Found | 'again' | 'expired'> {
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (this.expired) return 'expired';
      if (this.clock.now() + pauseMs > this.endsAt) return 'again';
      await this.clock.sleep(pauseMs);
    }
  }
}

/** Tells when something that is asked for all the time is due: at once, then in intervals. */
export function interval(clock: Clock, everyMs: number): () => boolean {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    if (clock.now() - last < everyMs) return false;
    last = clock.now();
    return true;
  };
}
