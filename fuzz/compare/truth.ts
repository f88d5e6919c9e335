import type { DifferenceCounts, RowDifference } from '../../lambda/migration-validation/rows/chunk';
import type { ComparisonCase, Row } from './cases';

/** What a comparison must find, worked out from the rows as they were written. */
export interface Truth {
  readonly differences: readonly RowDifference[];
  readonly counts: DifferenceCounts;
}

export function truthOf(of: ComparisonCase): Truth {
  const differences = of.key.length > 0 ? keyed(of) : counted(of);
  const count = (kind: RowDifference['kind']) =>
    differences.filter((row) => row.kind === kind).reduce((sum, row) => sum + (row.count ?? 1), 0);
  return {
    differences,
    counts: {
      missingOnTarget: count('missing-on-target'),
      missingOnSource: count('missing-on-source'),
      changed: count('changed'),
    },
  };
}

function keyed({ columns, key, source, target }: ComparisonCase): RowDifference[] {
  const identity = (row: Row) => JSON.stringify(key.map((index) => row[index]));
  const record = (row: Row) => Object.fromEntries(key.map((index) => [columns[index]?.name ?? '', row[index] ?? null]));
  const onTarget = new Map(target.map((row) => [identity(row), row]));
  const onSource = new Set(source.map(identity));
  return [
    ...source.flatMap((row): RowDifference[] => {
      const other = onTarget.get(identity(row));
      if (other === undefined) return [{ kind: 'missing-on-target', key: record(row) }];
      const changed = columns.flatMap(({ name }, index) => {
        const [before, after] = [row[index] ?? null, other[index] ?? null];
        return before === after ? [] : [{ name, source: before, target: after }];
      });
      return changed.length > 0 ? [{ kind: 'changed', key: record(row), columns: changed }] : [];
    }),
    ...target
      .filter((row) => !onSource.has(identity(row)))
      .map((row): RowDifference => ({ kind: 'missing-on-source', key: record(row) })),
  ];
}

function counted({ columns, source, target }: ComparisonCase): RowDifference[] {
  const balance = new Map<string, number>();
  for (const row of source) balance.set(JSON.stringify(row), (balance.get(JSON.stringify(row)) ?? 0) + 1);
  for (const row of target) balance.set(JSON.stringify(row), (balance.get(JSON.stringify(row)) ?? 0) - 1);
  return [...balance].flatMap(([text, surplus]): RowDifference[] => {
    if (surplus === 0) return [];
    const row = JSON.parse(text) as Row;
    const kind = surplus > 0 ? 'missing-on-target' : 'missing-on-source';
    const key = Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null]));
    return [{ kind, key, ...(Math.abs(surplus) > 1 ? { count: Math.abs(surplus) } : {}) }];
  });
}
