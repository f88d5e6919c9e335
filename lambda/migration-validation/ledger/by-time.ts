import { NotInOrder } from './merge';
import { Pages } from './pages';
import { settled } from './reading';

interface Timed {
  readonly timestamp: number;
}

/** What several streams hold for one moment; a stream without anything then has an empty list. */
export interface Moment<Values extends readonly Timed[]> {
  readonly timestamp: number;
  readonly members: { readonly [Index in keyof Values]: readonly Values[Index][] };
}

/**
 * Joins streams that are in the order of their times, holding a page and one moment of each at a time.
 * @param visit is called for each moment, in order
 * @throws NotInOrder when a stream goes back in time
 * @throws what a stream throws
 */
export async function byTime<Values extends readonly Timed[]>(
  streams: { readonly [Index in keyof Values]: AsyncIterable<readonly Values[Index][]> },
  visit: (moment: Moment<Values>) => Promise<void> | undefined,
): Promise<void> {
  const all = streams.map((stream) => new Pages(stream));
  try {
    await settled(all.map((pages) => pages.start()));
    for (const { current } of all) requireFrom(-Infinity, current);
    for (;;) {
      const times = all.flatMap(({ current }) => (current === undefined ? [] : [current.timestamp]));
      if (times.length === 0) return;
      const timestamp = Math.min(...times);
      const members: Timed[][] = all.map(() => []);
      for (const [index, pages] of all.entries()) {
        for (let next = pages.current; next?.timestamp === timestamp; next = pages.current) {
          members[index]?.push(next);
          if (!pages.advance()) await pages.turn();
          requireFrom(timestamp, pages.current);
        }
      }
      const visited = visit({ timestamp, members: members as unknown as Moment<Values>['members'] });
      if (visited !== undefined) await visited;
    }
  } finally {
    await Promise.all(all.map((pages) => pages.close()));
  }
}

function requireFrom(time: number, next: Timed | undefined): void {
  // What is not a number is neither less nor more.
  if (next === undefined || next.timestamp >= time) return;
  throw new NotInOrder('payments must come in the order of their times, got others');
}
