import type { Client } from 'pg';
import type { Catalog, Table } from '../catalog/catalog';
import type { Selection } from '../catalog/selection';
import type { LedgerCheck, SchemaResult, SequenceResult, ServerIdentity, TableResult } from '../report/model';
import type { Pair, TablePlan } from '../rows/chunk';
import type { PlannedTable } from '../rows/plan';
import type { Databases, RowComparisonOptions } from '../rows/run';

/** What may be left out of a comparison. */
export const COMPARISON_PARTS = ['schema', 'sequences', 'ledger'] as const;

export type ComparisonPart = (typeof COMPARISON_PARTS)[number];

/** How the rows of the planned tables are compared: all of them, or what changed since an earlier pass. */
export type CompareRows = (
  databases: Databases,
  plans: readonly TablePlan[],
  options: RowComparisonOptions & { readonly seed: string },
) => Promise<{ readonly results: readonly TableResult[]; readonly basis: readonly string[] }>;

/** What a comparison is made of; tests put others in their place. */
export interface ComparisonParts {
  readonly readServerIdentity: (client: Client, host: string, port: number) => Promise<ServerIdentity>;
  readonly readCatalog: (client: Client, selection: Selection) => Promise<Catalog>;
  readonly compareSchemas: (source: Catalog, target: Catalog) => SchemaResult;
  readonly planTable: (source: Table, target: Table) => PlannedTable;
  readonly compareRows: CompareRows;
  readonly compareSequences: (
    pair: Pair,
    source: Catalog,
    target: Catalog,
    options: { readonly gap?: bigint },
  ) => Promise<readonly SequenceResult[]>;
  /** @returns undefined when neither database holds the ledger's tables */
  readonly reconcileLedger: (
    pair: Pair,
    options: Pick<RowComparisonOptions, 'mode' | 'settle' | 'maxDifferences' | 'signal'>,
  ) => Promise<readonly LedgerCheck[] | undefined>;
}
