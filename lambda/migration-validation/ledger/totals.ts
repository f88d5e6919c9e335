import { Findings } from './findings';
import { type GroupKey, type Keyed, merge } from './merge';
import type { Reading, Readings, Row } from './reading';
import { type Needs, SCHEMA } from './tables';

/** Counts and sums by groups, which must be equal on both sides. */
export interface TotalsCheck {
  readonly name: string;
  /** What is counted, in the singular. */
  readonly unit: 'entry' | 'transaction';
  readonly needs: Needs;
  /** What rows are grouped by, as SQL. */
  readonly by: readonly string[];
  /** What a group is called. @default its parts, one after the other */
  readonly subject?: (key: GroupKey) => string;
}

/** `booked_at` is the ledger's own clock at the booking, copied as it is: both sides put a transaction on the same day. */
const DAY = `(booked_at AT TIME ZONE 'UTC')::date`;

export const TOTALS_CHECKS: readonly TotalsCheck[] = [
  {
    name: 'entries per account',
    unit: 'entry',
    needs: { entries: ['account_id', 'currency', 'amount'] },
    by: ['account_id', 'currency'],
    // An account's currency is the end of its name, unless something is wrong.
    subject: (key) => ((key[0] ?? '').endsWith(`/${key[1] ?? ''}`) ? (key[0] ?? '') : inOrder(key)),
  },
  {
    name: 'transactions per merchant and currency',
    unit: 'transaction',
    needs: { transactions: ['merchant_id', 'currency', 'amount'] },
    by: ['merchant_id', 'currency'],
  },
  {
    name: 'transactions per currency',
    unit: 'transaction',
    needs: { transactions: ['currency', 'amount'] },
    by: ['currency'],
  },
  {
    name: 'transactions per day (UTC, of booked_at) and currency',
    unit: 'transaction',
    needs: { transactions: ['booked_at', 'currency', 'amount'] },
    by: [DAY, 'currency'],
  },
];

/** Where units are rows, and when they were made: only older ones are compared while the ledger changes. */
const TABLE_OF = {
  entry: { table: 'entries', time: 'created_at' },
  transaction: { table: 'transactions', time: 'booked_at' },
} as const;

/** What a check needs on top while the ledger changes. */
export const timesOf = ({ unit }: TotalsCheck): Needs =>
  unit === 'entry' ? { entries: ['created_at'] } : { transactions: ['booked_at'] };

/** What a group adds up to: whole numbers as texts, for they may pass 2^53. */
interface Total {
  readonly count: string;
  /** @default there is no amount, or one that is no number */
  readonly sum: string | null;
  /** Rows without an amount, which a sum does not show. */
  readonly without: string;
}

/** Compares the totals of all groups. */
export async function compareTotals(
  check: TotalsCheck,
  readings: Readings,
  { maxDifferences, before }: { readonly maxDifferences: number; readonly before: string | undefined },
): Promise<Findings> {
  const findings = new Findings(check.name, maxDifferences);
  const [left, right] = [totals(check, readings.source, before), totals(check, readings.target, before)];
  await merge(left, right, ({ key, source, target }) => {
    findings.compared += 1;
    if (source !== undefined && target !== undefined && isSame(source, target)) return;
    findings.add({
      subject: (check.subject ?? inOrder)(key),
      ...(source === undefined ? {} : { source: inWords(check, source) }),
      ...(target === undefined ? {} : { target: inWords(check, target) }),
      message: difference(check, source, target),
    });
  });
  return findings;
}

/**
 * The groups of one side in the order of their bytes. They are cast to text first, so that what a collation takes for equal
 * stays apart; a sum loses the zeros behind its point, so that types of different scale compare by value.
 */
function totals(
  check: TotalsCheck,
  reading: Reading,
  before: string | undefined,
): AsyncIterable<readonly Keyed<Total>[]> {
  const keys = check.by.map((expression, index) => `(${expression})::text COLLATE "C" AS k${index + 1}`);
  const positions = check.by.map((_, index) => index + 1).join(', ');
  const { table, time } = TABLE_OF[check.unit];
  const text = `
    SELECT ${keys.join(', ')}, count(*)::text, trim_scale(sum(amount)::numeric)::text, (count(*) - count(amount))::text
    FROM ${SCHEMA}.${table}
    ${before === undefined ? '' : `WHERE ${time} < $1::timestamptz`}
    GROUP BY ${positions} ORDER BY ${positions}`;
  const keyColumns = check.by.length;
  return reading.pages(text, before === undefined ? [] : [before], (row) => ({
    key: row.slice(0, keyColumns),
    value: total(row.slice(keyColumns)),
  }));
}

const total = ([count, sum, without]: Row): Total => ({
  count: count ?? '0',
  sum: sum ?? null,
  without: without ?? '0',
});

function inOrder(key: GroupKey): string {
  return key.map((part) => part ?? '(null)').join(' ');
}

const counted = ({ unit }: TotalsCheck, count: string): string =>
  `${count} ${count === '1' ? unit : TABLE_OF[unit].table}`;

const isSame = (left: Total, right: Total): boolean =>
  left.count === right.count && left.sum === right.sum && left.without === right.without;

function inWords(check: TotalsCheck, total: Total): string {
  const without = total.without === '0' ? '' : `, ${total.without} without an amount`;
  return `${counted(check, total.count)}, sum ${total.sum ?? 'none'}${without}`;
}

/** By how much the target is more or less. */
function difference(check: TotalsCheck, source: Total | undefined, target: Total | undefined): string {
  const count = BigInt(target?.count ?? 0) - BigInt(source?.count ?? 0);
  const sums = [source?.sum ?? '0', target?.sum ?? '0'].map((sum) => (/^-?\d+$/.test(sum) ? BigInt(sum) : undefined));
  const [from, to] = sums;
  const sum = from === undefined || to === undefined ? 'another sum' : `a sum that is ${compared(to - from)}`;
  const rows =
    count === 0n
      ? `as many ${TABLE_OF[check.unit].table}`
      : `${counted(check, `${magnitude(count)}`)} ${count > 0n ? 'more' : 'fewer'}`;
  return `the target has ${rows} and ${sum}`;
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

const compared = (value: bigint): string =>
  value === 0n ? 'the same' : `${magnitude(value)} ${value > 0n ? 'higher' : 'lower'}`;
