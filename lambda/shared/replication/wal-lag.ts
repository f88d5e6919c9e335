import type { Clock } from '../runtime/clock';
import type { Direction } from './replication';
import { hasReached } from './lsn';

interface Sample {
  readonly at: number;
  readonly lsn: string;
}

/** As many as a poll each 5 seconds makes in 20 minutes. */
const MAX_SAMPLES = 240;

/**
 * How far behind a consumer is in time, from positions alone: where the source's WAL ended is remembered each time that one
 * looks, and what was confirmed since then lies at most that long ago. An upper bound, as coarse as one looks: who looks for
 * the first time knows it only of a consumer that has confirmed everything. It is never too small.
 */
export class WalLag {
  private readonly samples = new Map<Direction, readonly Sample[]>();

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  /**
   * @param sourceLsn where the source's WAL ends now, read before `confirmedLsn`
   * @returns seconds; undefined when the confirmed position lies before everything seen so far
   */
  seconds(direction: Direction, sourceLsn: string, confirmedLsn: string): number | undefined {
    const now = this.clock.now();
    const samples = [...(this.samples.get(direction) ?? []), { at: now, lsn: sourceLsn }];
    // The newest one that was reached bounds the lag; what came before it says nothing more.
    const reached = samples.findLastIndex(({ lsn }) => hasReached(confirmedLsn, lsn));
    this.samples.set(direction, thinned(samples.slice(Math.max(reached, 0))));
    const newest = samples[reached];
    return newest === undefined ? undefined : Math.max(0, (now - newest.at) / 1000);
  }

  /** Another slot is another consumer. */
  forget(direction: Direction): void {
    this.samples.delete(direction);
  }
}

/** One too many goes where it is missed least: that makes the bound coarser, not wrong. */
function thinned(samples: readonly Sample[]): readonly Sample[] {
  if (samples.length <= MAX_SAMPLES) return samples;
  let least = 1;
  for (let index = 1; index < samples.length - 1; index += 1) {
    if (gapWithout(samples, index) < gapWithout(samples, least)) least = index;
  }
  return samples.filter((_, index) => index !== least);
}

const gapWithout = (samples: readonly Sample[], index: number): number =>
  (samples[index + 1]?.at ?? Infinity) - (samples[index - 1]?.at ?? 0);
