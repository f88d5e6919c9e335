import type { Client } from 'pg';
import type { Role } from '../database/session';
import type { Pair } from '../rows/chunk';

/** How many rows one request fetches. */
const FETCH_ROWS = 2_000;
/** For what groups millions of rows: more than the usual 4 MiB, one statement at a time. */
const WORK_MEMORY = '64MB';

/** Something went wrong on one side. */
export class SideFailed extends Error {
  override readonly name = 'SideFailed';

  constructor(
    readonly role: Role,
    options: { readonly cause: unknown },
  ) {
    super(`the ${role} could not be read`, options);
  }
}

/** Whether a connection is inside a transaction that its owner began. */
export const inTransaction = (client: Client): boolean => client.getTransactionStatus() !== 'I';

/** A connection to one side, inside a transaction: what the checks read through. */
export class Reading {
  private cursors = 0;

  constructor(
    readonly role: Role,
    private readonly client: Client,
    private readonly signal?: AbortSignal,
  ) {}

  /** All rows of a short answer, as texts. */
  async rows(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    this.signal?.throwIfAborted();
    try {
      const { rows } = await this.client.query<Row>({ text, values: [...values], rowMode: 'array' });
      return rows;
    } catch (cause) {
      throw new SideFailed(this.role, { cause });
    }
  }

  /**
   * The rows of a long answer, page by page. A cursor of SQL, not a portal of the protocol: the statement's time limit is for
   * each fetch then, and other statements can run in between.
   */
  async *pages<Value>(
    text: string,
    values: readonly unknown[],
    toValue: (row: Row) => Value,
  ): AsyncGenerator<readonly Value[]> {
    this.cursors += 1;
    const cursor = `ledger_check_${this.cursors}`;
    await this.rows(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${text}`, values);
    // What ends early, or fails, leaves the cursor to the end of the transaction.
    for (;;) {
      const rows = await this.rows(`FETCH FORWARD ${FETCH_ROWS} FROM ${cursor}`);
      yield rows.map(toValue);
      if (rows.length < FETCH_ROWS) break;
    }
    await this.rows(`CLOSE ${cursor}`);
  }
}

/** The columns of a row, each cast to text where it was asked for. */
export type Row = (string | null)[];

export interface Readings {
  readonly source: Reading;
  readonly target: Reading;
}

/**
 * Runs work with both connections inside transactions that cannot write, and leaves them as they were found: where the owner
 * has begun a transaction, to read a snapshot, inside a savepoint of it.
 * @param isolation of the transactions that are begun here
 */
export async function reading<Result>(
  pair: Pair,
  isolation: 'READ COMMITTED' | 'REPEATABLE READ',
  work: (readings: Readings) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const sides = [new Frame('source', pair.source, isolation), new Frame('target', pair.target, isolation)];
  try {
    await settled(sides.map((side) => side.open()));
    return await work({
      source: new Reading('source', pair.source, signal),
      target: new Reading('target', pair.target, signal),
    });
  } finally {
    await Promise.all(sides.map((side) => side.close()));
  }
}

/** Waits for all, then fails as the first that failed: none is left running. */
export async function settled<Result>(work: readonly Promise<Result>[]): Promise<Result[]> {
  const results = await Promise.allSettled(work);
  return results.map((result) => {
    if (result.status === 'fulfilled') return result.value;
    throw result.reason;
  });
}

/** The transaction, or the savepoint in one, that a check reads in. Nothing was written: it is always rolled back. */
class Frame {
  private rollback: string | undefined;

  constructor(
    private readonly role: Role,
    private readonly client: Client,
    private readonly isolation: string,
  ) {}

  async open(): Promise<void> {
    const nested = inTransaction(this.client);
    try {
      await this.client.query(
        nested ? 'SAVEPOINT ledger_check' : `BEGIN TRANSACTION ISOLATION LEVEL ${this.isolation} READ ONLY`,
      );
      this.rollback = nested ? 'ROLLBACK TO SAVEPOINT ledger_check; RELEASE SAVEPOINT ledger_check' : 'ROLLBACK';
      // All rows will be fetched: the plan that is fastest for the first ones is the wrong one.
      await this.client.query(`SET LOCAL cursor_tuple_fraction = 1; SET LOCAL work_mem = '${WORK_MEMORY}'`);
    } catch (cause) {
      throw new SideFailed(this.role, { cause });
    }
  }

  async close(): Promise<void> {
    if (this.rollback === undefined) return;
    // A connection that is gone has nothing to roll back; whoever uses it next is told.
    await this.client.query(this.rollback).catch(() => undefined);
  }
}
