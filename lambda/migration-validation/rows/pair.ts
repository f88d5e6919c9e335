import type { Client } from 'pg';
import type { Pair } from './chunk';

/**
 * Does the same on both sides at once.
 * @throws what the source's work threw, or else the target's, after both have ended: no connection is in use any more
 */
export async function onBoth<Result>(pair: Pair, work: (client: Client) => Promise<Result>): Promise<[Result, Result]> {
  const [source, target] = await Promise.allSettled([work(pair.source), work(pair.target)]);
  if (source.status === 'rejected') throw source.reason;
  if (target.status === 'rejected') throw target.reason;
  return [source.value, target.value];
}
