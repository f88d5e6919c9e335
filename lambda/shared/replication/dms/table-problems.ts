import type { TableStatistics } from '@aws-sdk/client-database-migration-service';

/**
 * States of a table in which its changes arrive, or its load goes on.
 * @see https://docs.aws.amazon.com/dms/latest/APIReference/API_TableStatistics.html
 */
const SOUND_TABLES = new Set(['Before load', 'Full load', 'Table completed', 'Table is being reloaded']);

/**
 * States in which validation found nothing so far. What waits is no failure: rows that have just changed always do. A table
 * that is not validated is none that passed, whatever keeps it from being so.
 */
const SOUND_VALIDATIONS = new Set([
  'Pending records',
  'Validated',
  'Pending validation',
  'Preparing table',
  'Pending revalidation',
]);

/** Everything that speaks against a task's tables. */
export const tableProblems = (tables: readonly TableStatistics[]): readonly string[] => tables.flatMap(problemsOf);

function problemsOf(table: TableStatistics): readonly string[] {
  const name = `the table ${table.SchemaName ?? ''}.${table.TableName ?? ''}`;
  const { TableState: state = '', ValidationState: validation = '' } = table;
  const counts: readonly (readonly [number | undefined, string])[] = [
    [table.ValidationFailedRecords, 'rows that differ'],
    [table.ValidationSuspendedRecords, 'rows that could not be compared'],
    [table.FullLoadErrorRows, 'rows that were not loaded'],
  ];
  return [
    ...(state === '' || SOUND_TABLES.has(state)
      ? []
      : [`${name} is in the state "${state}": its changes may not arrive`]),
    ...(validation === '' || SOUND_VALIDATIONS.has(validation)
      ? []
      : [`the validation of ${name} is in the state "${validation}"`]),
    ...counts.flatMap(([count = 0, what]) => (count > 0 ? [`${name} has ${count} ${what}`] : [])),
  ];
}
