import type { Client } from 'pg';
import type { Pair } from '../rows/chunk';
import type { Databases } from '../rows/run';

/** Why a comparison cannot begin, every reason at once. */
export class ComparisonRefused extends Error {
  override readonly name = 'ComparisonRefused';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/**
 * Runs work over one connection a side, which is what everything but the rows is read over. When the signal aborts, what runs
 * on them is cancelled in the server: a closed connection alone would not stop a statement.
 * @throws ComparisonRefused with what is wrong on each side
 */
export async function withControlSessions<Result>(
  databases: Databases,
  signal: AbortSignal | undefined,
  work: (pair: Pair) => Promise<Result>,
): Promise<Result> {
  const pair = await connectBoth(databases);
  const cancels: (() => void)[] = [];
  try {
    for (const side of ['source', 'target'] as const) {
      const backend = await backendOf(pair[side]);
      cancels.push(() => void cancelBackend(databases, side, backend));
    }
    for (const cancel of cancels) signal?.addEventListener('abort', cancel, { once: true });
    signal?.throwIfAborted();
    return await work(pair);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    for (const cancel of cancels) signal?.removeEventListener('abort', cancel);
    await Promise.allSettled([pair.source.end(), pair.target.end()]);
  }
}

async function connectBoth(databases: Databases): Promise<Pair> {
  const settled = await Promise.allSettled([databases.source.connect(), databases.target.connect()]);
  const [source, target] = settled.map((result) => (result.status === 'fulfilled' ? result.value : undefined));
  if (source !== undefined && target !== undefined) return { source, target };
  await Promise.allSettled([source?.end(), target?.end()]);
  throw new ComparisonRefused(
    (['source', 'target'] as const).flatMap((role, at) => {
      const result = settled[at];
      return result?.status === 'rejected' ? [`${role} must let the comparison in, got: ${textOf(result.reason)}`] : [];
    }),
  );
}

/** An error as one line. Several addresses of one host fail as one error without a text of its own. */
export function textOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  if ('errors' in error && Array.isArray(error.errors)) return error.errors.map(textOf).join('; ');
  return 'message' in error ? String(error.message) : 'an error without a text';
}

async function backendOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? 0;
}

/** What cannot be cancelled runs to its own time limit. */
async function cancelBackend(databases: Databases, side: 'source' | 'target', pid: number): Promise<void> {
  try {
    const client = await databases[side].connect();
    await client.query('SELECT pg_cancel_backend($1)', [pid]).finally(() => client.end());
  } catch {
    // The comparison ends anyway.
  }
}
