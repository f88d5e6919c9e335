import { compareWhole } from '../engine/compare-chunk';
import { Control, type Reconnecting } from '../engine/connect';
import { Engine } from '../engine/engine';
import { Lanes } from '../engine/lanes';
import type { Outcome } from '../engine/outcome';
import { Pacing } from '../engine/pacing';
import { Settling } from '../engine/position';
import type { ComparisonRequest } from '../request';
import type { Chunk, TablePlan } from '../rows/chunk';
import type { Databases, Settle } from '../rows/run';

/** Compares one chunk after the other over its own connections, one to each side. */
export interface ChunkComparer {
  /** Compares a chunk, in parts where it takes too long, and what differs again while replication runs. */
  compare(plan: TablePlan, chunk: Chunk): Promise<Outcome>;
  close(): void;
}

/** How long a server may be out of reach, in seconds: a failover of Aurora takes about one minute. */
const RECONNECT_SECONDS = 90;
/** How often a row that keeps changing is looked at. */
const MAX_RECHECKS = 5;

/**
 * The engine of a comparison, for chunks that somebody else has cut. There is no snapshot that invocations could share: each
 * chunk is read in a transaction of its own on each side. In the exact mode that is one moment because nothing is written,
 * which the summary proves.
 * @param signal ends what runs, also in the middle of a statement
 */
export function openComparer(
  databases: Databases,
  request: ComparisonRequest,
  seed: string,
  signal: AbortSignal,
): ChunkComparer {
  const reconnecting: Reconnecting = { seconds: RECONNECT_SECONDS, signal };
  const control = {
    source: new Control(databases.source, reconnecting),
    target: new Control(databases.target, reconnecting),
  };
  const lanes = new Lanes(databases, 1, reconnecting);
  const close = () => {
    signal.removeEventListener('abort', close);
    lanes.drop();
    control.source.drop();
    control.target.drop();
  };
  signal.addEventListener('abort', close, { once: true });
  const engine = new Engine({
    databases,
    mode: request.mode,
    seed,
    parallel: 1,
    chunkRows: request.rowsPerChunk,
    maxDifferences: request.maxDifferences,
    maxRechecks: MAX_RECHECKS,
    lanes,
    control,
    // The state machine bounds how much is read at once.
    pacing: new Pacing({ rowsPerSecond: 0, signal }),
    ...(request.mode === 'live' ? { settling: new Settling(control.source.query, settleOf(request), signal) } : {}),
    signal,
    append: () => Promise.resolve(),
  });
  return {
    compare: (plan, chunk) => compareWhole(engine, plan, chunk, 0, { tooLong: () => undefined }),
    close,
  };
}

/** How it is known that what was read on the source has reached the target. */
export const settleOf = ({ slot, settleSeconds }: ComparisonRequest): Settle =>
  slot === undefined ? { kind: 'time', seconds: settleSeconds } : { kind: 'slot', slot, timeoutSeconds: settleSeconds };
