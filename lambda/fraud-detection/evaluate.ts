import type { FraudDecision, Transaction, TransactionStatus } from '../shared/transactions/transaction';
import type { FraudRule, FraudRules } from './rules';

/** What the rules look at in a payment. */
export type Candidate = Pick<
  Transaction,
  'transactionId' | 'timestamp' | 'merchantId' | 'amount' | 'currency' | 'country'
>;

/** What the rules look at in an earlier payment of the same user. */
export interface PastPayment {
  readonly transactionId: string;
  /** When it was accepted, in milliseconds since 1970. */
  readonly timestamp: number;
  readonly amount: number;
  readonly currency: string;
  readonly status: TransactionStatus;
}

/** A user's earlier payments. */
export interface PaymentHistory {
  /** In any order. What does not come before the candidate counts for nothing. */
  readonly payments: readonly PastPayment[];
  /** From this time on all of them are there, in milliseconds since 1970; `-Infinity`: all there are. */
  readonly completeSince: number;
}

/** What the rules say about a payment. */
export type Assessment = Pick<FraudDecision, 'decision' | 'score' | 'reasons' | 'rulesVersion'>;

/**
 * Applies every rule to a payment. The score is the sum of the weights of those that match; the reasons are their ids, in the
 * order of the rules. A rule whose window reaches further back than the history that was read, and that does not match by
 * what was read, counts as matched: more payments than are read is what such rules look for.
 */
export function evaluate(candidate: Candidate, history: PaymentHistory, rules: FraudRules): Assessment {
  const earlier = history.payments.filter((payment) => precedes(payment, candidate));
  const matched = rules.rules.filter(
    (rule) => matches(rule, candidate, earlier) || windowStart(rule, candidate) < history.completeSince,
  );
  const score = matched.reduce((sum, { weight }) => sum + weight, 0);
  return {
    decision: score >= rules.rejectAtScore ? 'REJECTED' : 'APPROVED',
    score,
    reasons: matched.map(({ id }) => id),
    rulesVersion: rules.version,
  };
}

/**
 * How far back the payments must be read for every rule to be decided, in milliseconds since 1970.
 * @param payments what was read so far: a rule that matches by it needs no more
 * @returns undefined when nothing is left to decide
 */
export function historyNeededSince(
  candidate: Candidate,
  payments: readonly PastPayment[],
  { rules }: FraudRules,
): number | undefined {
  const earlier = payments.filter((payment) => precedes(payment, candidate));
  const starts = rules
    .filter((rule) => !matches(rule, candidate, earlier))
    .map((rule) => windowStart(rule, candidate))
    .filter((start) => start !== Infinity);
  return starts.length === 0 ? undefined : Math.min(...starts);
}

/** Payments have one order, in which no two are equal, so that each of two at the same time is the other's history once. */
const precedes = (payment: PastPayment, { timestamp, transactionId }: Candidate): boolean =>
  payment.timestamp < timestamp || (payment.timestamp === timestamp && payment.transactionId < transactionId);

/** Where the window of a rule begins; Infinity where it looks at no history. */
const windowStart = (rule: FraudRule, { timestamp }: Candidate): number =>
  'windowSeconds' in rule ? timestamp - rule.windowSeconds * 1_000 : Infinity;

/** Whether a rule matches by these earlier payments. More of them never undo a match. */
function matches(rule: FraudRule, candidate: Candidate, earlier: readonly PastPayment[]): boolean {
  const recent = earlier.filter(({ timestamp }) => timestamp >= windowStart(rule, candidate));
  switch (rule.type) {
    case 'velocity-count':
      return recent.length + 1 > rule.maxPayments;
    case 'velocity-sum': {
      const limit = limitOf(rule.maxAmounts, candidate);
      return limit !== undefined && spent(recent, candidate) > limit;
    }
    case 'amount-limit': {
      const limit = limitOf(rule.maxAmounts, candidate);
      return limit === undefined ? rule.unlistedCurrencies === 'match' : candidate.amount > limit;
    }
    case 'repeated-declines':
      return recent.filter(({ status }) => status === 'REJECTED').length > rule.maxDeclines;
    case 'blocked-merchants':
      return rule.merchants.includes(candidate.merchantId);
    case 'blocked-countries':
      return rule.countries.includes(candidate.country);
  }
}

/** The limit for the payment's currency. */
const limitOf = (amounts: Readonly<Record<string, number>>, { currency }: Candidate): number | undefined =>
  Object.hasOwn(amounts, currency) ? amounts[currency] : undefined;

/** What was paid in the candidate's currency, with the candidate, without what was rejected. Stops at the largest whole number. */
const spent = (recent: readonly PastPayment[], candidate: Candidate): number =>
  recent
    .filter(({ currency, status }) => currency === candidate.currency && status !== 'REJECTED')
    .reduce((sum, { amount }) => Math.min(sum + amount, Number.MAX_SAFE_INTEGER), candidate.amount);
