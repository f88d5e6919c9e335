import type { Authority } from '../shared/authority/authority';
import type { Logger } from '../shared/logger';
import type { Metrics } from '../shared/metrics';
import { FIRST_AFTER_MILLIS, isDue } from './backoff';
import { type Cursor, OPEN_STATUSES, type OpenPayment, type OpenPayments, type OpenStatus } from './open-payments';

/** What the handler needs from outside. */
export interface HandlerDependencies {
  readonly payments: OpenPayments;
  readonly authority: Authority;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
  /** The most pages that one run reads. @default 1000 */
  readonly maxPages?: number;
}

/** What the handler reads of Lambda's context. */
export interface HandlerContext {
  getRemainingTimeInMillis(): number;
}

/** What a run did. */
export interface RunReport {
  readonly redriven: number;
  /** Whether it went through all that is open. Where not, the next run of this instance goes on from there. */
  readonly complete: boolean;
}

/** What is left to read of a status. */
interface Position {
  readonly status: OpenStatus;
  readonly after?: Cursor;
}

const MAX_PAGES = 1_000;
/** How many payments are written at the same time. */
const CONCURRENT_WRITES = 25;
/** Nothing is begun with less time left. */
const RESERVE_MILLIS = 10_000;
const START: readonly Position[] = OPEN_STATUSES.map((status) => ({ status }));

/**
 * The scheduled function that drives payments again which the stream has not finished: it forgets them after 24 hours. A page
 * of each status in turn, so that none waits for another, the oldest payments first, past those that are not due. While
 * nobody may write it drives nothing again, for the stream waits too, and only says how old the oldest payment is.
 */
export function createHandler(dependencies: HandlerDependencies) {
  const { payments, authority, metrics, logger, now } = dependencies;
  let positions = START;
  return async (_event: unknown, context: HandlerContext): Promise<RunReport> => {
    try {
      const startedAt = now();
      const oldest = await payments.oldest();
      metrics.add(
        'OldestOpenPaymentAge',
        oldest === undefined ? 0 : Math.max(0, Math.floor((startedAt - oldest) / 1_000)),
      );
      const state = await authority.read();
      if (state.authority === 'frozen') {
        logger.info('nothing is driven again while nobody may write', { epoch: state.epoch });
        return { redriven: 0, complete: true };
      }
      const run = await sweep(dependencies, positions, startedAt, context);
      positions = run.left.length === 0 ? START : run.left;
      const report = { redriven: run.redriven, complete: run.left.length === 0 };
      logger.info('open payments were driven again', report);
      return report;
    } finally {
      metrics.publish();
    }
  };
}

/** Goes through the open payments from these positions. @returns the positions that are left */
async function sweep(
  { payments, metrics, maxPages = MAX_PAGES, now }: HandlerDependencies,
  positions: readonly Position[],
  startedAt: number,
  context: HandlerContext,
): Promise<{ readonly redriven: number; readonly left: readonly Position[] }> {
  const queue = [...positions];
  const hasTime = () => context.getRemainingTimeInMillis() >= RESERVE_MILLIS;
  let redriven = 0;
  for (let pages = 0; pages < maxPages && hasTime(); pages += 1) {
    const position = queue.shift();
    if (position === undefined) break;
    const page = await payments.page(position.status, startedAt - FIRST_AFTER_MILLIS, position.after);
    const due = page.payments.filter((payment) => isDue(payment, startedAt));
    for (const some of chunks(due)) {
      // The page is read again.
      if (!hasTime()) return { redriven, left: [position, ...queue] };
      const count = await redriveAll(some);
      redriven += count;
    }
    if (page.next !== undefined) queue.push({ status: position.status, after: page.next });
  }
  return { redriven, left: queue };

  /** Waits for all of them, also when one fails: a request under way must not reach into the next invocation. */
  async function redriveAll(some: readonly OpenPayment[]): Promise<number> {
    const results = await Promise.allSettled(some.map((payment) => payments.redrive(payment, now())));
    const count = results.filter((result) => result.status === 'fulfilled' && result.value).length;
    if (count > 0) metrics.add('PaymentsRedriven', count);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return count;
  }
}

const chunks = (list: readonly OpenPayment[]): readonly (readonly OpenPayment[])[] =>
  Array.from({ length: Math.ceil(list.length / CONCURRENT_WRITES) }, (_, index) =>
    list.slice(index * CONCURRENT_WRITES, (index + 1) * CONCURRENT_WRITES),
  );
