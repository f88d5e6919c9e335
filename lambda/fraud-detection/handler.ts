import type { AuditLog } from '../shared/audit/audit-log';
import type { Metrics } from '../shared/metrics';
import { fromItem, type Item } from '../shared/transactions/item';
import type { FraudDecision, Transaction } from '../shared/transactions/transaction';
import type { Decisions } from './decisions';
import { evaluate } from './evaluate';
import type { History } from './history';
import type { RulesSource } from './rules-source';

/** What screening needs from outside. */
export interface ScreeningDependencies {
  readonly rules: RulesSource;
  readonly history: History;
  readonly decisions: Decisions;
  readonly audit: AuditLog;
  readonly metrics: Metrics;
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Screens the payment in a record's new image, in three steps: store the decision, write its audit record, let the payment go
 * on. Whatever step a crash leaves undone, the payment is RECEIVED until the last, so the stream's retry repairs it, and after
 * the stream has forgotten it the reconciliation does. The decision is made once: every attempt after it, at the same time
 * or later, goes by what is stored.
 */
export function createRecordHandler({ rules, history, decisions, audit, metrics, now }: ScreeningDependencies) {
  /** Decides, unless somebody has meanwhile. @returns the payment as it is stored; undefined when it is gone */
  async function decide(transaction: Transaction): Promise<Transaction | undefined> {
    const current = await rules.current();
    const assessment = evaluate(transaction, await history.before(transaction, current), current);
    const fraud: FraudDecision = { ...assessment, decidedAt: now() };
    return (await decisions.store(transaction, fraud)) ? { ...transaction, fraud } : decisions.read(transaction);
  }

  return async (image: Item): Promise<void> => {
    const transaction = fromItem(image);
    if (transaction.status !== 'RECEIVED') return;
    const stored = transaction.fraud === undefined ? await decide(transaction) : await decisions.read(transaction);
    // Gone, or let go on: then its audit record is written.
    if (stored?.status !== 'RECEIVED' || stored.fraud === undefined) return;
    await audit.write(auditRecord(stored, stored.fraud));
    if (!(await decisions.settle(stored, stored.fraud))) return;
    metrics.add(stored.fraud.decision === 'APPROVED' ? 'PaymentsApproved' : 'PaymentsRejected', 1);
  };
}

const auditRecord = (
  { transactionId, timestamp, clientId }: Transaction,
  { decision, decidedAt, score, reasons, rulesVersion }: FraudDecision,
) => ({
  schemaVersion: 1 as const,
  decision: 'screening' as const,
  transactionId,
  timestamp,
  clientId,
  outcome: decision,
  decidedAt,
  details: { score, reasons, rulesVersion },
});
