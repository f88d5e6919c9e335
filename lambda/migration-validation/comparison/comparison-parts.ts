import type { QueryResultRow } from 'pg';
import { readCatalog } from '../catalog/read-catalog';
import { readServerIdentity } from '../database/server-identity';
import type { Query } from '../engine/connect';
import { Settling } from '../engine/position';
import type { ProcessedPayments } from '../ledger/processed-payments';
import { reconcileLedger } from '../ledger/reconcile-ledger';
import type { Pair } from '../rows/chunk';
import { compareTables } from '../rows/compare-tables';
import { planTable } from '../rows/plan';
import type { Settle } from '../rows/run';
import { compareSchemas } from '../schema/compare-schemas';
import { compareSequences } from '../sequences/compare-sequences';
import type { ComparisonParts } from './parts';

/**
 * What a comparison is made of.
 * @param processed the payments that DynamoDB says are booked. Without: the ledgers are held against each other alone
 */
export const comparisonParts = (processed?: ProcessedPayments): ComparisonParts => ({
  readServerIdentity,
  readCatalog,
  compareSchemas,
  planTable,
  compareRows: compareTables,
  compareSequences,
  reconcileLedger: (pair, { mode, settle, maxDifferences, signal }) => {
    const options = {
      ...(processed === undefined ? {} : { processed }),
      ...(maxDifferences === undefined ? {} : { maxDifferences }),
      ...(signal === undefined ? {} : { signal }),
    };
    return mode === 'exact'
      ? reconcileLedger(pair, { ...options, mode })
      : reconcileLedger(pair, { ...options, mode, settle: settler(pair, settle, signal) });
  },
});

function settler({ source }: Pair, settle: Settle | undefined, signal: AbortSignal | undefined): () => Promise<void> {
  if (settle === undefined) throw new Error('settle must be given in live mode, a slot or a time, got none');
  const query: Query = async <Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []) =>
    (await source.query<Row>(sql, [...values])).rows;
  const settling = new Settling(query, settle, signal);
  return () => settling.wait();
}
