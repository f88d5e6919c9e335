import { Findings } from './findings';
import { type Keyed, merge } from './merge';
import type { Reading, Readings } from './reading';
import { type Needs, SCHEMA } from './tables';

/** What must hold within each side, whatever the other one says. */
export interface IntegrityCheck {
  readonly name: string;
  readonly needs: Needs;
  /** What it needs on top while the ledger changes: when rows were made. */
  readonly times: Needs;
  /** How many subjects a side has, as SQL. */
  readonly subjects: string;
  /** The subjects that are wrong, in the order of their keys, and what is wrong, as SQL. */
  readonly offenders: (before: string | undefined) => string;
  /** How many columns of the offenders make the key. */
  readonly keyColumns: number;
}

/**
 * A transaction is judged by all of its rows; while the ledger changes, it is left out while any of them is younger than the
 * moment: of what replication is bringing, a part may be there.
 */
const BALANCED: IntegrityCheck = {
  name: 'each transaction has entries, at least two in a currency, that sum to zero',
  needs: {
    transactions: ['transaction_id'],
    entries: ['transaction_id', 'currency', 'amount'],
  },
  times: { transactions: ['booked_at'], entries: ['created_at'] },
  subjects: `SELECT count(*)::text FROM ${SCHEMA}.transactions`,
  offenders: (before) => `
    WITH t AS (
      SELECT transaction_id::text COLLATE "C" AS id, true AS is_there${before === undefined ? '' : ', booked_at'}
      FROM ${SCHEMA}.transactions
    ), e AS (
      SELECT transaction_id::text COLLATE "C" AS id, currency::text COLLATE "C" AS currency, count(*) AS lines,
        sum(amount)::numeric AS total, count(*) - count(amount) AS without
        ${before === undefined ? '' : ', max(created_at) AS latest'}
      FROM ${SCHEMA}.entries GROUP BY 1, 2
    )
    SELECT coalesce(t.id, e.id) AS k1, e.currency AS k2, concat_ws(', ',
      CASE WHEN t.is_there IS NULL THEN 'there is no such transaction' END,
      CASE WHEN e.lines IS NULL THEN 'it has no entries' WHEN e.lines < 2 THEN 'it has one entry' END,
      CASE WHEN e.total <> 0 THEN concat('its entries sum to ', trim_scale(e.total)) END,
      CASE WHEN e.without > 0 THEN concat(e.without, ' without an amount') END)
    FROM t FULL JOIN e ON t.id = e.id
    WHERE (t.is_there IS NULL OR e.lines IS NULL OR e.lines < 2 OR e.total <> 0 OR e.without > 0)
      ${before === undefined ? '' : 'AND greatest(t.booked_at, e.latest) < $1::timestamptz'}
    ORDER BY 1, 2`,
  keyColumns: 2,
};

const ACCOUNTS: IntegrityCheck = {
  name: 'each entry has its account',
  needs: { accounts: ['account_id'], entries: ['account_id'] },
  times: { entries: ['created_at'] },
  subjects: `SELECT count(*)::text FROM ${SCHEMA}.entries`,
  offenders: (before) => `
    SELECT e.id AS k1, concat('there is no such account: ', e.lines, CASE e.lines WHEN 1 THEN ' entry' ELSE ' entries' END)
    FROM (
      SELECT account_id::text COLLATE "C" AS id, count(*) AS lines FROM ${SCHEMA}.entries
      ${before === undefined ? '' : 'WHERE created_at < $1::timestamptz'}
      GROUP BY 1
    ) AS e
    WHERE NOT EXISTS (SELECT FROM ${SCHEMA}.accounts AS a WHERE a.account_id::text COLLATE "C" = e.id)
    ORDER BY 1`,
  keyColumns: 1,
};

export const INTEGRITY_CHECKS: readonly IntegrityCheck[] = [BALANCED, ACCOUNTS];

/** Looks for what is wrong on either side. */
export async function findOffenders(
  check: IntegrityCheck,
  readings: Readings,
  { maxDifferences, before }: { readonly maxDifferences: number; readonly before: string | undefined },
): Promise<Findings> {
  const findings = new Findings(check.name, maxDifferences);
  const [left, right] = [offendersOf(check, readings.source, before), offendersOf(check, readings.target, before)];
  await merge(left, right, ({ key, source, target }) => {
    const where = source === undefined ? 'the target' : target === undefined ? 'the source' : 'both sides';
    findings.add({
      subject: key.filter((part) => part !== null).join(' '),
      ...(source === undefined ? {} : { source }),
      ...(target === undefined ? {} : { target }),
      message:
        source === undefined || target === undefined || source === target
          ? `on ${where} ${target ?? source ?? ''}`
          : `on the source ${source}; on the target ${target}`,
    });
  });
  const counts = await Promise.all([readings.source, readings.target].map((side) => side.rows(check.subjects)));
  findings.compared = Math.max(...counts.map(([row]) => Number(row?.[0])));
  return findings;
}

function offendersOf(
  { offenders, keyColumns }: IntegrityCheck,
  reading: Reading,
  before: string | undefined,
): AsyncIterable<readonly Keyed<string>[]> {
  return reading.pages(offenders(before), before === undefined ? [] : [before], (row) => ({
    key: row.slice(0, keyColumns),
    value: row[keyColumns] ?? '',
  }));
}
