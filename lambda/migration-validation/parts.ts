import type { QueryResultRow } from 'pg';
import { assess } from './assessment/assess';
import { readCatalog } from './catalog/read-catalog';
import { readServerIdentity } from './database/server-identity';
import { compareDelta } from './delta/compare-delta';
import { takeBaseline } from './delta/take-baseline';
import { Settling } from './engine/position';
import type { ValidationParts } from './handler';
import { reconcileLedger } from './ledger/reconcile-ledger';
import type { ProcessedPayments } from './ledger/processed-payments';
import { partitionChunks, rangeChunks } from './rows/boundaries';
import { compareTables } from './rows/compare-tables';
import { hashingProblem } from './rows/hashing-check';
import { planTable } from './rows/plan';
import { compareSchemas } from './schema/compare-schemas';
import { compareSequences } from './sequences/compare-sequences';

/**
 * What a comparison is made of.
 * @param processed the payments that DynamoDB says are booked
 */
export const validationParts = (processed: ProcessedPayments): ValidationParts => ({
  readServerIdentity,
  readCatalog,
  compareSchemas,
  planTable,
  compareRows: compareTables,
  compareSequences,
  compareDelta,
  takeBaseline,
  hashingProblem,
  rangeChunks,
  partitionChunks,
  assess: ({ source, target }, options) => assess(source, { ...options, target }),
  reconcileLedger: (pair, { mode, settle, maxDifferences, signal }) => {
    const common = { processed, maxDifferences, signal };
    if (mode === 'exact' || settle === undefined) return reconcileLedger(pair, { ...common, mode: 'exact' });
    const query = async <Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> =>
      (await pair.source.query<Row>(sql, [...values])).rows;
    const settling = new Settling(query, settle, signal);
    return reconcileLedger(pair, { ...common, mode: 'live', settle: () => settling.wait() });
  },
});
