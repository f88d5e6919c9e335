import type { Clock } from '../../runtime/clock';
import type { Direction } from '../replication';

export interface WorkerSight {
  /** Whether changes flow. */
  readonly streaming: boolean;
  /** @default no worker runs */
  readonly pid?: number;
  /** @default the server does not count */
  readonly errors?: number;
}

export interface WorkerHistory {
  /** For how long it has been seen not to stream, in seconds; 0 while it does. */
  readonly silentSeconds: number;
  /** How often it was seen to be another process, or to have failed, within the last minute. */
  readonly failures: number;
}

const WINDOW_MS = 60_000;

interface Sighting extends WorkerSight {
  readonly at: number;
}

/**
 * What the servers do not tell by themselves: that a worker fails again and again, which looks like one that has just begun
 * whenever one looks. Known as far back as this object has looked.
 */
export class WorkerWatch {
  private readonly sightings = new Map<Direction, readonly Sighting[]>();
  private readonly silentSince = new Map<Direction, number>();

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  look(direction: Direction, sight: WorkerSight): WorkerHistory {
    const at = this.clock.now();
    const recent = (this.sightings.get(direction) ?? []).filter((sighting) => at - sighting.at <= WINDOW_MS);
    const sightings = [...recent, { ...sight, at }];
    this.sightings.set(direction, sightings);
    if (sight.streaming) this.silentSince.delete(direction);
    else if (!this.silentSince.has(direction)) this.silentSince.set(direction, at);
    return {
      silentSeconds: (at - (this.silentSince.get(direction) ?? at)) / 1000,
      failures: Math.max(restarts(sightings), errors(sightings)),
    };
  }

  /** What is stopped or started on purpose begins anew. */
  forget(direction: Direction): void {
    this.sightings.delete(direction);
    this.silentSince.delete(direction);
  }
}

const restarts = (sightings: readonly Sighting[]): number => {
  const pids = new Set(sightings.flatMap(({ pid }) => (pid === undefined ? [] : [pid])));
  return Math.max(0, pids.size - 1);
};

function errors(sightings: readonly Sighting[]): number {
  const counts = sightings.flatMap((sighting) => (sighting.errors === undefined ? [] : [sighting.errors]));
  return (counts.at(-1) ?? 0) - (counts[0] ?? 0);
}
