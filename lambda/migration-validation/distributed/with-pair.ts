import type { Pair } from '../rows/chunk';
import type { Databases } from '../rows/run';

/** Works over one connection to each side, which end with the work, whatever becomes of it, or when the signal aborts. */
export async function withPair<Result>(
  databases: Databases,
  signal: AbortSignal,
  work: (pair: Pair) => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  const settled = await Promise.allSettled([databases.source.connect(), databases.target.connect()]);
  const clients = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  // A statement under way keeps an ended connection open; what waits for it must not.
  let aborted: (() => void) | undefined;
  const abort = new Promise<never>((_, reject) => {
    aborted = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', aborted, { once: true });
  });
  try {
    for (const result of settled) if (result.status === 'rejected') throw result.reason;
    const [source, target] = clients;
    if (source === undefined || target === undefined) throw new Error('both sides must be connected');
    return await Promise.race([work({ source, target }), abort]);
  } finally {
    if (aborted !== undefined) signal.removeEventListener('abort', aborted);
    clients.forEach((client) => {
      client.end().catch(() => undefined);
    });
  }
}
