import type { Side } from '../../shared/authority/authority';

/** What a database must have in force before it is written. */
export interface SchemaChecks {
  /**
   * Everything that is not in force on a side, in sentences: constraints that are not validated, foreign keys or triggers that
   * are disabled, indexes that are not valid, tables without the fence, parts of the ledger that are missing.
   */
  problems(side: Side): Promise<readonly string[]>;
}
