import type { SideBaseline, TableBaseline } from './baseline-model';
import type { SideCount } from './scan';
import { outsideWindow } from './window';

type Statistics = SideBaseline['statistics'];
type TableStatistics = TableBaseline['statistics'];

/** What is known of one side's table, then and now. */
export interface SideEvidence {
  readonly side: 'source' | 'target';
  readonly baseline: TableBaseline;
  /** How many rows the earlier pass read. */
  readonly earlierRows: number;
  readonly now: SideCount;
  readonly width: number;
  /** The table's statistics, read after its rows. */
  readonly statistics: TableStatistics;
}

/**
 * What contradicts that rows are only ever added.
 * @returns sentences; none: nothing does
 */
export function contradictions({ side, baseline, earlierRows, now, width, statistics }: SideEvidence): string[] {
  const found: string[] = [];
  const older = now.rows - now.delta;
  if (baseline.counts !== undefined) {
    const counted = outsideWindow(baseline.counts, width);
    if (older < counted) {
      found.push(`${counted - older} of the ${counted} rows that the ${side} held were updated, deleted or rewritten`);
    }
    if (older > counted) {
      found.push(`the ${side} holds ${older - counted} more rows that look older than the baseline than it held then`);
    }
  } else {
    const updated = BigInt(statistics.updated) - BigInt(baseline.statistics.updated);
    const deleted = BigInt(statistics.deleted) - BigInt(baseline.statistics.deleted);
    if (updated !== 0n || deleted !== 0n) {
      found.push(`the ${side} counts ${updated} updated and ${deleted} deleted rows since the baseline`);
    }
  }
  if (now.rows < earlierRows) {
    found.push(`the ${side} holds ${now.rows} rows, fewer than the ${earlierRows} that the earlier pass read`);
  }
  if (older > earlierRows) {
    found.push(
      `the ${side} holds ${older} rows that look older than the baseline, the earlier pass read only ${earlierRows}`,
    );
  }
  return found;
}

/** Why the cumulative statistics cannot tell what happened since the baseline. @returns undefined when they can */
export function statisticsProblem(
  then: { readonly server: Statistics; readonly table: TableStatistics },
  now: { readonly server: Statistics; readonly table: TableStatistics },
): string | undefined {
  // A crash zeroes them, and does not always say when: then the server's commits run backwards, or it was started again.
  if (then.server.reset !== now.server.reset || BigInt(now.server.commits) < BigInt(then.server.commits)) {
    return 'its statistics were reset since';
  }
  if (then.server.serverStart !== now.server.serverStart) return 'the server was started again since';
  const backwards = (['inserted', 'updated', 'deleted'] as const).some(
    (field) => BigInt(now.table[field]) < BigInt(then.table[field]),
  );
  return backwards ? "the table's statistics were reset since" : undefined;
}
