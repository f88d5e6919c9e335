import type { LedgerCheck } from '../report/model';
import type { Pair } from '../rows/chunk';
import { type Check, checksFor, obstacle, type Shapes } from './checks';
import { unknown } from './findings';
import { type Moving, whileItMoves } from './moving';
import { problemOf } from './problem';
import type { ProcessedPayments } from './processed-payments';
import { inTransaction, reading, type Readings, settled } from './reading';
import { LEDGER_TABLES, readShape } from './tables';

export type LedgerOptions = LedgerCheckOptions & (({ readonly mode: 'live' } & Moving) | { readonly mode: 'exact' });

interface LedgerCheckOptions {
  /** The payments of DynamoDB. @default they are not compared with the ledger, and no check says so */
  readonly processed?: ProcessedPayments;
  /** How many differences each check lists, from 0. @default 100 */
  readonly maxDifferences?: number;
  /** Ends the comparison; what is then thrown is its reason. @default nothing does */
  readonly signal?: AbortSignal;
}

/**
 * Compares what the ledgers of two databases add up to, and each with its own rules.
 *
 * `exact`: both sides stand still, or the connections are inside REPEATABLE READ transactions on snapshots that hold the same;
 * without transactions, one is begun on each side. What DynamoDB says must stand still too: it has no snapshots.
 * `live`: the source is written and the target follows; the connections are outside of transactions. How that is exact is said
 * in moving.ts.
 *
 * @returns the checks, each with its verdict; undefined when neither database has one of the ledger's tables. What stands in
 * the way of a check is its problem, and makes it `unknown`
 * @throws the reason of `signal` when that aborts, nothing else
 */
export async function reconcileLedger(pair: Pair, options: LedgerOptions): Promise<LedgerCheck[] | undefined> {
  const { signal } = options;
  const isInside = inTransaction(pair.source) || inTransaction(pair.target);
  try {
    if (options.mode === 'exact') {
      return await reading(pair, 'REPEATABLE READ', (readings) => exactly(pair, readings, options), signal);
    }
    if (isInside) throw new Error('what changes is read outside of transactions, got a connection that is inside one');
    const shapes = await reading(pair, 'READ COMMITTED', readShapes, signal);
    if (shapes === undefined) return undefined;
    return [...(await whileItMoves(pair, shapes, options, (before) => runAll(pair, shapes, options, before), signal))];
  } catch (error) {
    signal?.throwIfAborted();
    return [unknown('ledger', problemOf(error))];
  }
}

async function exactly(pair: Pair, readings: Readings, options: LedgerOptions): Promise<LedgerCheck[] | undefined> {
  for (const side of [readings.source, readings.target]) {
    const [row] = await side.rows(`SELECT current_setting('transaction_isolation')`);
    // Each statement would see another state of what changes.
    if (row?.[0] === 'read committed') {
      throw new Error(`the transaction on the ${side.role} must be REPEATABLE READ, got READ COMMITTED`);
    }
  }
  const shapes = await readShapes(readings);
  return shapes === undefined ? undefined : await runAll(pair, shapes, options, undefined);
}

/** @returns undefined when neither side has anything of the ledger */
async function readShapes({ source, target }: Readings): Promise<Shapes | undefined> {
  const [left, right] = await settled([readShape(source), readShape(target)]);
  if (left === undefined || right === undefined) throw new TypeError('there must be two sides');
  return LEDGER_TABLES.some((table) => left.has(table) || right.has(table))
    ? { source: left, target: right }
    : undefined;
}

async function runAll(
  pair: Pair,
  shapes: Shapes,
  options: LedgerOptions,
  before: string | undefined,
): Promise<LedgerCheck[]> {
  const results: LedgerCheck[] = [];
  for (const check of checksFor(options.processed)) {
    results.push(...(obstacle(check, shapes, before) ?? (await run(pair, check, options, before))));
  }
  return results;
}

/** Runs a check; where what it finds may still be on its way, again after waiting for that. */
async function run(
  pair: Pair,
  check: Check,
  options: LedgerOptions,
  before: string | undefined,
): Promise<readonly LedgerCheck[]> {
  const { maxDifferences = 100, signal } = options;
  const once = () =>
    reading(pair, 'READ COMMITTED', (readings) => check.run(readings, { maxDifferences, before }), signal);
  try {
    let results = await once();
    const rechecks = options.mode === 'live' ? (options.maxRechecks ?? 2) : 0;
    for (let recheck = 1; recheck <= rechecks && options.mode === 'live'; recheck += 1) {
      if (results.every(({ verdict }) => verdict === 'equal')) break;
      await options.settle();
      results = await once();
    }
    return results;
  } catch (error) {
    signal?.throwIfAborted();
    return check.names.map((name) => unknown(name, problemOf(error)));
  }
}
