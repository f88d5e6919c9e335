import type { NotCompared } from '../report/model';
import type { Catalog, NotTable } from './catalog';
import { localReason, tableText } from './selection';

/**
 * What of two databases is not compared by its rows, and why: what the selection leaves out, the ledger's tables that are
 * each side's own, and what holds data without being a table. Only the last was asked for by nobody.
 */
export function leftOut(source: Catalog, target: Catalog): NotCompared[] {
  const both = [source, target];
  const found: NotCompared[] = [
    ...both.flatMap(({ excluded }) => excluded.map((one) => ({ ...one, asked: true }))),
    ...both.flatMap(({ tables }) =>
      tables.flatMap((table) => {
        const reason = localReason(table);
        return reason === undefined ? [] : [{ object: tableText(table), reason, asked: true }];
      }),
    ),
    ...both.flatMap(({ notTables }, side) => notTables.map((one) => notTable(one, side === 0 ? 'source' : 'target'))),
  ];
  const idOf = ({ object, reason }: NotCompared): string => JSON.stringify([object, reason]);
  return [...new Map(found.map((one) => [idOf(one), one])).values()];
}

function notTable(one: NotTable, side: string): NotCompared {
  return one.kind === 'large objects'
    ? {
        object: `large objects of the ${side}`,
        reason: `${one.count ?? 0} large objects are in no table; compare them by other means`,
        asked: false,
      }
    : {
        object: tableText(one),
        reason: `a ${one.kind} of the ${side} is no table; exclude it by name if it need not be compared`,
        asked: false,
      };
}
