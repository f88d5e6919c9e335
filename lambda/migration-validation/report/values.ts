import { cutOne } from '../rows/cut-values';
import type { Report, TableResult } from './model';

type RowDifference = TableResult['differences'][number];

/**
 * Makes the values of a report fit to be shown: long keys are cut. Other values were cut when they were read.
 * @param values false leaves out what rows hold: values of differing columns, and the whole rows of tables without a key.
 *   Keys stay.
 */
export const withShownValues = (report: Report, { values }: { readonly values: boolean }): Report => ({
  ...report,
  tables: report.tables.map((table) => ({
    ...table,
    differences: table.differences.map((difference) => shown(difference, values, table.key.length > 0)),
  })),
});

function shown(difference: RowDifference, values: boolean, keyed: boolean): RowDifference {
  const { columns, ...rest } = difference;
  const keys = Object.entries(difference.key).map(([name, value]) => [name, cutOne(value)] as const);
  const rowValues = values ? difference.key : {};
  return {
    ...rest,
    key: keyed ? Object.fromEntries(keys) : rowValues,
    ...(columns === undefined ? {} : { columns: values ? columns : columns.map(({ name }) => ({ name })) }),
  };
}
