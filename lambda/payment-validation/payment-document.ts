import type { LedgerTransaction } from '../shared/ledger/ledger';
import type { Transaction } from '../shared/transactions/transaction';

/** A payment as its client sees it. The card's token is not shown. */
export const paymentDocument = (transaction: Transaction) => ({
  transaction_id: transaction.transactionId,
  status: transaction.status,
  amount: transaction.amount,
  currency: transaction.currency,
  currency_exponent: transaction.currencyExponent,
  user_id: transaction.userId,
  merchant_id: transaction.merchantId,
  country: transaction.country,
  created_at: new Date(transaction.timestamp).toISOString(),
});

/** A payment that only the ledger has: it is booked, and the ledger does not know the country. */
export const bookedPaymentDocument = (transaction: LedgerTransaction) => ({
  transaction_id: transaction.transactionId,
  status: 'PROCESSED',
  amount: transaction.amount,
  currency: transaction.currency,
  currency_exponent: transaction.currencyExponent,
  user_id: transaction.userId,
  merchant_id: transaction.merchantId,
  created_at: new Date(transaction.timestamp).toISOString(),
});
