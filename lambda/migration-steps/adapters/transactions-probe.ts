import type { LedgerProvider } from '../../shared/database/ledger-provider';
import { LedgerUnavailable } from '../../shared/ledger/ledger';
import { paymentDigest, type PaymentRequest } from '../../shared/payments/payment-request';
import type { TransactionStore } from '../../shared/transactions/transaction-store';
import { ExplainedError } from '../../shared/runtime/error-fields';
import type { Side } from '../../shared/authority/authority';
import type { Probe, ProbePayment } from '../ports/probe';

/** The client that probe payments are of: no client of the identity provider may have this name. */
export const PROBE_CLIENT = 'migration-probe';

/** The smallest amount between two accounts that only probes use. */
export const PROBE_PAYMENT: PaymentRequest = {
  amount: 1,
  currency: 'EUR',
  currencyExponent: 2,
  userId: 'migration-probe',
  merchantId: 'migration-probe',
  cardToken: 'tok_migration-probe',
  country: 'DE',
};

/** Probe payments by the table that the API writes, and the ledgers that clients read from. */
export class TransactionsProbe implements Probe {
  constructor(
    private readonly store: Pick<TransactionStore, 'accept' | 'find'>,
    private readonly ledgers: LedgerProvider,
  ) {}

  async accept(key: string): Promise<ProbePayment> {
    const payment = { ...PROBE_PAYMENT, clientId: PROBE_CLIENT, idempotencyKey: key };
    const acceptance = await this.store.accept(payment, paymentDigest(PROBE_PAYMENT));
    if (acceptance.outcome === 'conflict') {
      throw new ExplainedError('the key of a probe payment must be its own, got one that was used for another payment');
    }
    return { transactionId: acceptance.transaction.transactionId };
  }

  async rejection({ transactionId }: ProbePayment): Promise<string | undefined> {
    const transaction = await this.store.find(transactionId);
    if (transaction?.status !== 'REJECTED') return undefined;
    const reasons = transaction.fraud?.reasons.join(', ') ?? '';
    return `fraud detection rejected the probe payment ${transactionId}: ${reasons}`;
  }

  async isSeen(side: Side, { transactionId }: ProbePayment): Promise<boolean> {
    try {
      return (await this.ledgers.forSide(side).find(transactionId, PROBE_CLIENT)) !== undefined;
    } catch (error) {
      if (error instanceof LedgerUnavailable) return false;
      throw error;
    }
  }
}
