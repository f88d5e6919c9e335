import type { Client } from 'pg';
import { MISSING_PARTS } from '../../../shared/ledger/statements';
import type { LedgerFacts } from '../facts-model';
import { rowOf, rowsOf } from './probe';

// to_regclass() would fail for a role that may not use the schema.
const PRESENT = `
  SELECT count(*) = 2 AS present FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = 'payments' AND c.relname IN ('transactions', 'entries') AND c.relkind IN ('r', 'p')`;

/** Reads what of the ledger's schema is there. */
export async function readLedger(client: Client): Promise<LedgerFacts> {
  const { present } = await rowOf<{ present: boolean }>(client, PRESENT);
  if (!present) return { present, uniqueRequest: false, balanceCheck: false };
  const missing = (await rowsOf<{ part: string }>(client, MISSING_PARTS.text)).map(({ part }) => part);
  return {
    present,
    uniqueRequest: !missing.some((part) => part.startsWith('the unique index')),
    balanceCheck: !missing.some((part) => part.startsWith('the balance check')),
  };
}
