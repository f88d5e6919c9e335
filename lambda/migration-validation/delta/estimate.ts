import type { TableName } from '../catalog/catalog';
import type { TableResult } from '../report/model';
import type { TablePlan } from '../rows/chunk';
import { SLICE_BYTES } from './scan';

export interface TableEstimate extends TableName {
  readonly method: 'delta' | 'whole';
  readonly seconds: number;
  readonly bytes: number;
  readonly rows: number;
  /** For `delta`: how many rows are expected in it. @default it is compared whole */
  readonly deltaRows?: number;
  /** What the seconds are made of. */
  readonly basis: string;
}

export interface EstimateInput {
  readonly plan: TablePlan;
  /** What the earlier pass found. @default it did not compare the table */
  readonly earlier?: TableResult;
  readonly rates: { readonly bytesPerSecond: number };
  /** Connections to each side. */
  readonly parallel: number;
  /** Rows since the baseline. @default the table is compared whole */
  readonly newRows?: number;
  readonly newRowsBasis?: string;
}

/** Rows that are hashed a second, where the earlier pass does not say. */
const ASSUMED_ROWS_PER_SECOND = 300_000;
/** Connecting, snapshots, the catalog: with any table at all. */
const FIXED_SECONDS = 0.2;

/**
 * How long one table takes. The earlier pass had its rate with all connections already; a scan of a table of one slice has one.
 */
export function estimateTable({
  plan,
  earlier,
  rates,
  parallel,
  newRows,
  newRowsBasis = '',
}: EstimateInput): TableEstimate {
  const { schema, name, bytes } = plan;
  const rows = Math.max(plan.estimatedRows, earlier?.rows.source ?? 0, 0);
  const measured = earlier === undefined || earlier.rowsPerSecond <= 0 ? undefined : earlier.rowsPerSecond;
  const rowsPerSecond = measured ?? ASSUMED_ROWS_PER_SECOND;
  const rate = `${Math.round(rowsPerSecond)} rows/s${measured === undefined ? ' assumed' : ' of the earlier pass'}`;
  if (newRows === undefined) {
    return {
      ...{ schema, name, bytes, rows, method: 'whole', seconds: rows / rowsPerSecond },
      basis: `whole: ${rows} rows at ${rate}`,
    };
  }
  const connections = Math.min(parallel, Math.max(1, Math.ceil(bytes / SLICE_BYTES)));
  return {
    ...{ schema, name, bytes, rows, method: 'delta', deltaRows: newRows },
    seconds: bytes / rates.bytesPerSecond / connections + newRows / rowsPerSecond,
    basis: `a scan of ${bytes} bytes, and ${newRows} rows (${newRowsBasis}) at ${rate}`,
  };
}

/** One after the other: tables that are read at the same time share what a machine can do. */
export const totalSeconds = (tables: readonly TableEstimate[]): number =>
  tables.length === 0 ? 0 : tables.reduce((total, { seconds }) => total + seconds, FIXED_SECONDS);
