import { NotInOrder } from './merge';

interface Timed {
  readonly timestamp: number;
}

/** What several streams hold for one moment; a stream without anything then has an empty list. */
export interface Moment<Values extends readonly Timed[]> {
  readonly timestamp: number;
  readonly members: { readonly [Index in keyof Values]: readonly Values[Index][] };
}

/**
 * Joins streams that are in the order of their times, holding one moment of each at a time.
 * @throws NotInOrder when a stream goes back in time
 * @throws what a stream throws
 */
export async function* byTime<Values extends readonly Timed[]>(
  ...streams: { readonly [Index in keyof Values]: AsyncIterable<Values[Index]> }
): AsyncGenerator<Moment<Values>> {
  const heads = streams.map((stream) => new Head(stream));
  try {
    await Promise.all(heads.map((head) => head.start()));
    for (;;) {
      const times = heads.flatMap(({ next }) => (next === undefined ? [] : [next.timestamp]));
      if (times.length === 0) return;
      const timestamp = Math.min(...times);
      const members: (readonly Timed[])[] = [];
      for (const head of heads) members.push(await head.take(timestamp));
      yield { timestamp, members: members as unknown as Moment<Values>['members'] };
    }
  } finally {
    await Promise.all(heads.map((head) => head.close()));
  }
}

/** A stream, and what comes next in it. */
class Head {
  next: Timed | undefined;
  private readonly values: AsyncIterator<Timed>;

  constructor(stream: AsyncIterable<Timed>) {
    this.values = stream[Symbol.asyncIterator]();
  }

  async start(): Promise<void> {
    await this.advance(-Infinity);
  }

  /** Everything of a moment. */
  async take(timestamp: number): Promise<readonly Timed[]> {
    const taken: Timed[] = [];
    while (this.next?.timestamp === timestamp) {
      taken.push(this.next);
      await this.advance(timestamp);
    }
    return taken;
  }

  private async advance(from: number): Promise<void> {
    const result = await this.values.next();
    this.next = result.done === true ? undefined : result.value;
    // What is not a number is neither less nor more.
    if (this.next !== undefined && !(this.next.timestamp >= from)) {
      throw new NotInOrder('payments must come in the order of their times, got others');
    }
  }

  async close(): Promise<void> {
    await this.values.return?.();
  }
}
