import type { LedgerCheck } from '../report/model';
import { Findings, unknown } from './findings';
import { findOffenders, INTEGRITY_CHECKS } from './integrity';
import { PAYMENT_NEEDS } from './payment-rows';
import { BOOKED_CHECK, comparePayments, PROCESSED_CHECK } from './payments';
import type { ProcessedPayments } from './processed-payments';
import type { Readings } from './reading';
import { LEDGER_TABLES, type LedgerShape, type Needs, SCHEMA } from './tables';
import { compareTotals, timesOf, TOTALS_CHECKS } from './totals';

/** What both sides have of the ledger. */
export interface Shapes {
  readonly source: LedgerShape;
  readonly target: LedgerShape;
}

export interface CheckOptions {
  readonly maxDifferences: number;
  /** While the ledger changes: only what was booked before is compared. */
  readonly before: string | undefined;
}

/** Something that is checked in one go. */
export interface Check {
  readonly names: readonly string[];
  readonly needs: Needs;
  /** What it needs on top while the ledger changes. */
  readonly times: Needs;
  run(readings: Readings, options: CheckOptions): Promise<readonly LedgerCheck[]>;
}

/** The checks, those of DynamoDB where there is one. */
export const checksFor = (processed: ProcessedPayments | undefined): readonly Check[] => [
  ...TOTALS_CHECKS.map((check) => ({
    names: [check.name],
    needs: check.needs,
    times: timesOf(check),
    run: async (readings: Readings, options: CheckOptions) => [
      (await compareTotals(check, readings, options)).result(),
    ],
  })),
  ...INTEGRITY_CHECKS.map((check) => ({
    names: [check.name],
    needs: check.needs,
    times: check.times,
    run: async (readings: Readings, options: CheckOptions) => [
      (await findOffenders(check, readings, options)).result(),
    ],
  })),
  ...(processed === undefined ? [] : [paymentsCheck(processed)]),
];

const paymentsCheck = (processed: ProcessedPayments): Check => ({
  names: [PROCESSED_CHECK, BOOKED_CHECK],
  needs: PAYMENT_NEEDS,
  times: { transactions: ['booked_at'] },
  run: async (readings, options) => {
    const findings = await comparePayments(readings, { ...options, processed });
    const { unmarked } = findings;
    const booked = findings.booked.result();
    const basis = `${unmarked} booked, their items APPROVED and about to be marked`;
    return [findings.processed.result(), unmarked === 0 ? booked : { ...booked, basis }];
  },
});

/**
 * Why a check cannot be made on what the two sides have; undefined: it can. A table that only one side has is a difference;
 * what neither has, or has otherwise than the ledger, cannot be compared.
 */
export function obstacle(
  { names, needs, times }: Check,
  { source, target }: Shapes,
  before: string | undefined,
): readonly LedgerCheck[] | undefined {
  const onOneSide = LEDGER_TABLES.filter(
    (table) => needs[table] !== undefined && source.has(table) !== target.has(table),
  );
  if (onOneSide.length > 0) {
    return names.map((name) => {
      const findings = new Findings(name, onOneSide.length);
      for (const table of onOneSide) {
        const [has, hasNot] = source.has(table) ? [source.role, target.role] : [target.role, source.role];
        findings.add({ subject: `${SCHEMA}.${table}`, [has]: 'a table', message: `the ${hasNot} has no such table` });
      }
      return findings.result();
    });
  }
  const all = before === undefined ? [needs] : [needs, times];
  const misfits = new Set(all.flatMap((some) => [...source.misfits(some), ...target.misfits(some)]));
  return misfits.size === 0 ? undefined : names.map((name) => unknown(name, [...misfits].join('; ')));
}
