import type { LedgerCheck } from '../report/model';
import type { Pair } from '../rows/chunk';
import type { Shapes } from './checks';
import { type Reading, reading } from './reading';
import { type LedgerShape, type Needs, SCHEMA } from './tables';

/** How the ledger is compared while it changes. */
export interface Moving {
  /** Resolves when all that was committed on the source before the call is on the target; rejects when it does not come. */
  readonly settle: () => Promise<void>;
  /**
   * How old, in seconds by the source's clock, what is compared is at least, from 0: longer than a transaction that books takes.
   * @default 60
   */
  readonly minAgeSeconds?: number;
  /** How often a check that finds differences is made again, after settling, before they count. @default 2 */
  readonly maxRechecks?: number;
}

/** How often everything is compared again because the source booked into the time that is compared. */
const MAX_ATTEMPTS = 3;

/**
 * Compares while the source is written and the target follows. Why it is exact: rows of the ledger are only added, and carry
 * the time of their booking, which is copied. So the rows of before a moment are a set that can only grow, and
 * 1. they are counted on the source,
 * 2. what the source has is waited for on the target,
 * 3. both are compared as far as they are of before that moment,
 * 4. they are counted on the source again. As many as at first: the set stood still from 1 to 4. What the target had of it in
 *    3 was all of it, by 2, and nothing beyond, for what it has, the source has had. So whatever differs is a difference.
 * More than at first: somebody committed late, and all is done again, in the end as `unknown`.
 * Sums that agree are compared as sums: as when nothing moves, a payment that is missing is not hidden by one that came later.
 */
export async function whileItMoves(
  pair: Pair,
  shapes: Shapes,
  { settle, minAgeSeconds = 60 }: Moving,
  compare: (before: string) => Promise<readonly LedgerCheck[]>,
  signal?: AbortSignal,
): Promise<readonly LedgerCheck[]> {
  const before = await onSource(pair, (source) => momentAgo(source, minAgeSeconds), signal);
  const count = () => onSource(pair, (source) => rowsBefore(source, shapes.source, before), signal);
  let checks: readonly LedgerCheck[] = [];
  let late = 0n;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const first = await count();
    await settle();
    checks = await compare(before);
    late = (await count()) - first;
    if (late === 0n) break;
  }
  const problem = `${late} rows of before ${before} came to the source while they were compared, also when that was repeated; compare rows of a higher age than the longest transaction that books`;
  return checks.map((check) => ({
    ...check,
    ...(late === 0n || check.verdict === 'unknown' ? {} : { verdict: 'unknown', problem }),
    basis: [`booked before ${before}`, check.basis].filter((part) => part !== undefined).join('; '),
  }));
}

const onSource = <Result>(pair: Pair, work: (source: Reading) => Promise<Result>, signal: AbortSignal | undefined) =>
  reading(pair, 'READ COMMITTED', ({ source }) => work(source), signal);

/** A moment in the past by the server's clock, in whole milliseconds, as items of DynamoDB have them. */
async function momentAgo(source: Reading, seconds: number): Promise<string> {
  const [row] = await source.rows(
    `SELECT to_char(
      date_trunc('milliseconds', clock_timestamp() - make_interval(secs => $1)) AT TIME ZONE 'UTC',
      'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
    [seconds],
  );
  return row?.[0] ?? '';
}

/** How many rows there are of before a moment, in what has a time. */
async function rowsBefore(source: Reading, shape: LedgerShape, before: string): Promise<bigint> {
  let rows = 0n;
  for (const [table, needs] of Object.entries(TIMES)) {
    if (shape.misfits(needs).length > 0) continue;
    const [row] = await source.rows(
      `SELECT count(*)::text FROM ${SCHEMA}.${table} WHERE ${table === 'entries' ? 'created_at' : 'booked_at'} < $1::timestamptz`,
      [before],
    );
    rows += BigInt(row?.[0] ?? 0);
  }
  return rows;
}

const TIMES: Readonly<Record<string, Needs>> = {
  transactions: { transactions: ['booked_at'] },
  entries: { entries: ['created_at'] },
};
