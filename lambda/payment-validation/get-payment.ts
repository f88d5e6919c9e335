import { type Authority, type Side } from '../shared/authority/authority';
import type { HttpRequest, HttpResponse } from '../shared/http/message';
import { isResponse, problemResponse } from '../shared/http/problem';
import { type Ledger, LedgerUnavailable } from '../shared/ledger/ledger';
import type { Logger } from '../shared/logger';
import { cardNumbersOutsideBody } from '../shared/payments/request-card-numbers';
import { errorFields } from '../shared/runtime/error-fields';
import type { TransactionStore } from '../shared/transactions/transaction-store';
import { authorize } from './authorization';
import { bookedPaymentDocument, paymentDocument } from './payment-document';
import type { VerifyToken } from './token-verifier';

/** What `GET /payments/{id}` needs from outside. */
export interface GetPaymentDependencies {
  readonly verifyToken: VerifyToken;
  readonly store: TransactionStore;
  readonly authority: Authority;
  /** The ledgers of both sides, for reading. */
  readonly ledgers: { forSide(side: Side): Ledger };
  readonly logger: Logger;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const RETRY_SECONDS = 5;

/**
 * Shows a client its payment: from the table, or from the ledger in authority where only that has it. To read needs no right
 * to write: while the databases are frozen, the one that had it last is read.
 */
export function createGetPayment({ verifyToken, store, authority, ledgers, logger }: GetPaymentDependencies) {
  return async (request: HttpRequest, { id = '' }: Readonly<Record<string, string>>): Promise<HttpResponse> => {
    const caller = await authorize(request, 'payments:read', verifyToken);
    if (isResponse(caller)) return caller;
    const errors = cardNumbersOutsideBody(request);
    if (errors.length > 0) {
      return problemResponse({ status: 422, detail: 'The request was refused for what errors lists.', errors });
    }
    if (!UUID.test(id)) return notFound();
    const transactionId = id.toLowerCase();
    const stored = await store.find(transactionId);
    if (stored !== undefined) {
      return stored.clientId === caller.clientId ? found(paymentDocument(stored)) : notFound();
    }
    try {
      const booked = await (await readableLedger(authority, ledgers)).find(transactionId, caller.clientId);
      return booked === undefined ? notFound() : found(bookedPaymentDocument(booked));
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) throw error;
      logger.warn('ledger could not be read', { ...errorFields(error), transaction_id: transactionId });
      return problemResponse({
        status: 503,
        detail: 'Whether there is such a payment cannot be told now. Ask again later.',
        headers: { 'Retry-After': `${RETRY_SECONDS}` },
      });
    }
  };
}

/** @throws LedgerUnavailable when nothing says which one to read */
async function readableLedger(authority: Authority, ledgers: GetPaymentDependencies['ledgers']): Promise<Ledger> {
  const state = await readState(authority);
  const side = state.authority === 'frozen' ? state.frozenFrom : state.authority;
  if (side === undefined) throw new LedgerUnavailable('frozen', 'the authority item must name a side to read from');
  return ledgers.forSide(side);
}

async function readState(authority: Authority) {
  try {
    return await authority.read();
  } catch (error) {
    throw new LedgerUnavailable('authority', 'the authority item must be readable', { cause: error });
  }
}

const notFound = (): HttpResponse =>
  problemResponse({ status: 404, detail: 'This client has no payment of this identifier.' });

const found = (document: object): HttpResponse => ({
  status: 200,
  headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
  body: JSON.stringify(document),
});
