/**
 * Which rows count as delta: those whose transaction id is not below the baseline snapshot's xmin.
 *
 * Why not `pg_visible_in_snapshot`: a snapshot lists the top-level transactions in progress only. A row that a subtransaction
 * of one of them wrote looks visible to it (measured: snapshot 738:741:738, a row of 739, which is a savepoint of 738), and a
 * snapshot of a standby lists none at all. Below xmin there is nothing in progress, no subtransaction (its id is larger than
 * its parent's) and no prepared transaction: what is committed below xmin was visible to the snapshot, and for ever the same.
 * So this reads too much when a transaction was long in progress, and never too little.
 *
 * A row carries only the lower 32 bits of its transaction id, also after it is frozen. `age()` is compared, which is made from
 * the same 32 bits and costs a third of a conversion to xid8. A row older than 2^32 transactions may look as young as the
 * delta: it is read too, which is harmless; that is why the window is closed above, at a multiple of a step, so that rows
 * outside of it can be counted by the same rule at the baseline and now.
 */

/** In how many transaction ids the rows are counted at the baseline. */
export const STEP = 2 ** 20;

/** How far back a baseline may lie, in transactions: beyond, an id no longer says what is older. */
export const MAX_TRANSACTIONS = 2 ** 31 - 2 * STEP;

const TWO_TO_32 = 2n ** 32n;

export interface Snapshot {
  readonly xmin: bigint;
  readonly xmax: bigint;
}

/** @throws Error when it is not what pg_current_snapshot() prints */
export function parseSnapshot(text: string): Snapshot {
  const match = /^(\d+):(\d+):[\d,]*$/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new Error(`snapshot must be as pg_current_snapshot() prints it, got ${text}`);
  }
  return { xmin: BigInt(match[1]), xmax: BigInt(match[2]) };
}

/** The 32 bits that rows carry of a transaction id, as text for SQL. */
export const rawId = (id: bigint): string => (id % TWO_TO_32).toString();

/** The window's width: it holds every id that was given out since, and ends at a step. `age`: of the snapshot's xmin, now. */
export const windowWidth = (age: number): number => (Math.floor(age / STEP) + 1) * STEP;

/**
 * The SQL condition that a row is delta.
 * @param age of the snapshot's xmin, in the transaction that the statement runs in: `age()` counts from its own beginning
 * @param width the same for all transactions that read one side
 */
export const isDelta = (age: number, width: number): string => `age(t.xmin) BETWEEN ${age - width + 1} AND ${age}`;

/** The SQL expression of the step that a row is counted in at the baseline; -1: its id lies before the snapshot's xmin. */
export const stepOf = (age: number): string =>
  `CASE WHEN age(t.xmin) > ${age} THEN -1 ELSE (${age}::bigint - age(t.xmin)) / ${STEP} END`;

/** How many rows lay outside the window at the baseline. */
export const outsideWindow = (
  counts: readonly { readonly step: number; readonly rows: number }[],
  width: number,
): number => counts.reduce((sum, { step, rows }) => (step === -1 || step >= width / STEP ? sum + rows : sum), 0);

/**
 * Why transaction ids cannot be compared with those of the baseline.
 * @param age of the baseline's xmin by the server's own, 32-bit arithmetic
 * @returns undefined when they can
 */
export function windowProblem(then: Snapshot, now: Snapshot, age: number): string | undefined {
  if (now.xmax < then.xmax || now.xmin < then.xmin) {
    return (
      `its transaction ids have run backwards since the baseline, from ${then.xmin}:${then.xmax} to ` +
      `${now.xmin}:${now.xmax}: it was restored, or is another server`
    );
  }
  const transactions = now.xmax - then.xmin;
  if (transactions > BigInt(MAX_TRANSACTIONS)) {
    return `the baseline is ${transactions} transactions old, more than ${MAX_TRANSACTIONS}`;
  }
  if (age < Number(transactions) || age > MAX_TRANSACTIONS) {
    return `it counts ${age} transactions since the baseline, its snapshots ${transactions}`;
  }
  return undefined;
}
