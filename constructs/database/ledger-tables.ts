/** The schema of the ledger. */
const SCHEMA = 'payments';

/**
 * The tables of the ledger. Rows are only ever added to them: nobody who signs in may change or remove one. A comparison checks
 * that, and does not believe it.
 */
export const LEDGER_TABLES = (['accounts', 'transactions', 'entries'] as const).map((name) => ({
  schema: SCHEMA,
  name,
}));
