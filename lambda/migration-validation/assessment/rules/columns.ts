import type { ColumnFact, Measurement } from '../facts-model';
import { typeFate } from '../dms-types';
import { lobSizeFactor } from '../lob-types';
import { PAGES } from '../pages';
import { type Hit, rule, type Rule } from '../rule';
import { labelOfColumn, sqlName, sqlWord } from '../names';

const each = (
  columns: readonly ColumnFact[],
  isUnsafe: (column: ColumnFact) => boolean,
  fix?: (column: ColumnFact) => string,
): Hit[] =>
  columns.filter(isUnsafe).map((column) => ({
    object: labelOfColumn(column),
    value: column.type,
    ...(fix === undefined ? {} : { fix: fix(column) }),
  }));

const alterType = (column: ColumnFact, to: string): string =>
  `ALTER TABLE ${sqlName(column)} ALTER COLUMN ${sqlWord(column.column)} TYPE ${to}`;

const fateIs =
  (fate: ReturnType<typeof typeFate>) =>
  ({ baseType, kind }: ColumnFact): boolean =>
    typeFate(baseType, kind) === fate;

const precisionOf = (baseType: string): number => Number(/^numeric\((\d+)/.exec(baseType)?.[1] ?? 0);

const measuredAs = (
  measurements: readonly Measurement[],
  isUnsafe: (measurement: Measurement) => boolean,
  rest: (measurement: Measurement) => Omit<Hit, 'object'>,
): Hit[] => measurements.filter(isUnsafe).map((found) => ({ object: labelOfColumn(found), ...rest(found) }));

/** Rules about columns and their types. */
export const COLUMN_RULES: readonly Rule[] = [
  rule(
    ['columns'],
    {
      id: 'lob-key',
      severity: 'blocker',
      reason: 'DMS handles the type as LOB, and validation cannot compare a table by such a key',
      fix: 'ALTER TABLE <table> ALTER COLUMN <column> TYPE varchar(<longest>)',
      page: PAGES.validation,
    },
    ({ columns }) =>
      each(
        columns,
        ({ inPrimaryKey, baseType }) => inPrimaryKey && lobSizeFactor(baseType) !== undefined,
        (column) => alterType(column, 'varchar(<longest>)'),
      ),
  ),
  rule(
    ['columns'],
    {
      id: 'unbounded-numeric',
      severity: 'blocker',
      reason: 'DMS copies it as numeric(28,6): more digits are lost without an error',
      fix: 'ALTER TABLE <table> ALTER COLUMN <column> TYPE numeric(<precision>,<scale>)',
      page: PAGES.sourceLimits,
    },
    ({ columns }) =>
      each(
        columns,
        ({ baseType }) => baseType === 'numeric',
        (column) => alterType(column, 'numeric(<precision>,<scale>)'),
      ),
  ),
  rule(
    ['columns'],
    {
      id: 'numeric-precision',
      severity: 'warning',
      reason: 'DMS carries numbers of more than 38 digits as text',
      fix: 'ALTER TABLE <table> ALTER COLUMN <column> TYPE numeric(38,<scale>), where that is enough',
      page: PAGES.sourceTypes,
    },
    ({ columns }) =>
      each(
        columns,
        ({ baseType }) => precisionOf(baseType) > 38,
        (column) => alterType(column, 'numeric(38,<scale>), where that is enough'),
      ),
  ),
  rule(
    ['columns'],
    {
      id: 'unbounded-varchar',
      severity: 'blocker',
      reason: 'DMS may cut it at 8,000 characters',
      fix: 'ALTER TABLE <table> ALTER COLUMN <column> TYPE varchar(<longest>), or text',
      page: PAGES.source,
    },
    ({ columns }) =>
      each(
        columns,
        ({ baseType }) => baseType === 'character varying',
        (column) => alterType(column, 'varchar(<longest>), or text'),
      ),
  ),
  rule(
    ['columns'],
    {
      id: 'large-object',
      severity: 'blocker',
      reason: 'DMS copies the number and leaves the large object behind',
      fix: 'ALTER TABLE <table> ALTER COLUMN <column> TYPE bytea USING lo_get(<column>)',
      page: PAGES.sourceLimits,
    },
    ({ columns }) =>
      each(
        columns,
        ({ baseType }) => baseType === 'oid' || baseType === 'lo',
        (column) => alterType(column, `bytea USING lo_get(${sqlWord(column.column)})`),
      ),
  ),
  rule(
    ['columns'],
    {
      id: 'type-not-migrated',
      severity: 'blocker',
      reason: "AWS lists the type under those that DMS doesn't migrate from PostgreSQL to PostgreSQL",
      fix: 'ALTER TABLE <table> ALTER COLUMN <column> TYPE text; or prove with a test load that it arrives, and accept it',
      page: PAGES.sourceHomogeneous,
    },
    ({ columns }) =>
      each(
        columns,
        fateIs('not-migrated'),
        (column) => `${alterType(column, 'text')}; or prove with a test load that it arrives, and accept it`,
      ),
  ),
  rule(
    ['columns'],
    {
      id: 'type-unlisted',
      severity: 'warning',
      reason: 'it is in none of the tables of DMS, which makes a string of a type that it does not know',
      fix: 'prove with a test load that every value arrives, or change the type',
      page: PAGES.sourceTypes,
    },
    ({ columns }) => each(columns, fateIs('unlisted')),
  ),
  rule(
    ['columns'],
    {
      id: 'type-partial',
      severity: 'info',
      reason: 'DMS carries it as text or as a coarser type: form, zone or scale may change',
      fix: 'compare such columns first after a test load',
      page: PAGES.sourceHomogeneous,
    },
    ({ columns }) => each(columns, fateIs('partial')),
  ),
  rule(
    ['columns'],
    {
      id: 'generated-column',
      severity: 'warning',
      reason: 'the target computes it and refuses a value: the load of the table stops',
      fix: 'leave the column out with a transformation rule (remove-column)',
      page: PAGES.generatedColumns,
    },
    ({ columns }) => each(columns, ({ generated }) => generated),
  ),
  rule(
    ['columns'],
    {
      id: 'identity-always',
      severity: 'warning',
      reason: "declared so on the target too, it refuses DMS's INSERT of a value",
      fix: 'ALTER TABLE <table> ALTER COLUMN <column> SET GENERATED BY DEFAULT, on the target, until the cutover',
      page: PAGES.identityColumns,
    },
    ({ columns }) =>
      each(
        columns,
        ({ identity }) => identity === 'always',
        (column) =>
          `ALTER TABLE ${sqlName(column)} ALTER COLUMN ${sqlWord(column.column)} SET GENERATED BY DEFAULT, on the target, until the cutover`,
      ),
  ),
  rule(
    ['measurements'],
    {
      id: 'lob-length',
      severity: 'blocker',
      reason: 'a longer LOB is cut, or stops the task; text takes two bytes a character',
      fix: 'raise LobMaxSize (replication.lobMaxSizeKib) to the KiB that it takes, at most 102400',
      page: PAGES.lobs,
    },
    ({ measurements }, { lobMaxSizeKib }) =>
      measuredAs(
        measurements,
        (found) => (found.lobSizeKib ?? 0) > lobMaxSizeKib,
        ({ longestBytes = 0, lobSizeKib = 0 }) => ({
          value: `${longestBytes} bytes`,
          fix: `raise LobMaxSize (replication.lobMaxSizeKib) from ${lobMaxSizeKib} to ${lobSizeKib} KiB at least, and at most 102400`,
        }),
      ),
  ),
  rule(
    ['measurements', 'columns'],
    {
      id: 'lob-length-unknown',
      severity: 'warning',
      reason: 'the task stops at the first value above LobMaxSize; measure max(octet_length(…)) before it does',
      fix: 'run this again with --measure-lobs',
      page: PAGES.lobs,
    },
    ({ measurements, columns }) => {
      const types = new Map(columns.map((column) => [labelOfColumn(column), column.baseType]));
      return measuredAs(
        measurements,
        (found) => found.skipped === 'size' && lobSizeFactor(types.get(labelOfColumn(found)) ?? '') !== undefined,
        () => ({ value: 'not measured' }),
      );
    },
  ),
  rule(
    ['measurements'],
    {
      id: 'infinite-time',
      severity: 'blocker',
      reason: 'DMS cuts infinity to 9999-12-31 and -infinity to 4713-01-01 BC',
      fix: "UPDATE <table> SET <column> = NULL WHERE <column> IN ('infinity', '-infinity'), and a check isfinite(<column>)",
      page: PAGES.sourceHomogeneous,
    },
    ({ measurements }) =>
      measuredAs(
        measurements,
        ({ infinite }) => infinite === true,
        (found) => {
          const column = sqlWord(found.column);
          return {
            fix: `UPDATE ${sqlName(found)} SET ${column} = NULL WHERE ${column} IN ('infinity', '-infinity'), and a check isfinite(${column})`,
          };
        },
      ),
  ),
  rule(
    ['measurements', 'columns'],
    {
      id: 'infinite-time-unknown',
      severity: 'info',
      reason: 'DMS cuts infinite times, and whether there are any was not looked for: the table is large',
      fix: 'run this again with --measure-lobs, or add a check isfinite(<column>)',
      page: PAGES.sourceHomogeneous,
    },
    ({ measurements, columns }) => {
      const types = new Map(columns.map((column) => [labelOfColumn(column), column.baseType]));
      return measuredAs(
        measurements,
        (found) => found.skipped === 'size' && lobSizeFactor(types.get(labelOfColumn(found)) ?? '') === undefined,
        () => ({ value: 'not measured' }),
      );
    },
  ),
];
