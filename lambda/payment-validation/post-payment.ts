import { readJsonBody } from '../shared/http/json-body';
import type { HttpRequest, HttpResponse } from '../shared/http/message';
import { isResponse, problemResponse } from '../shared/http/problem';
import type { Logger } from '../shared/logger';
import type { Metrics } from '../shared/metrics';
import { readPayment } from '../shared/payments/payment-body';
import { paymentDigest, type PaymentRequest } from '../shared/payments/payment-request';
import { cardNumbersOutsideBody } from '../shared/payments/request-card-numbers';
import type { TransactionStore } from '../shared/transactions/transaction-store';
import { authorize } from './authorization';
import { readIdempotencyKey } from './idempotency-key';
import { paymentDocument } from './payment-document';
import type { VerifyToken } from './token-verifier';

/** The longest body, in bytes: a payment has some 300. */
export const BODY_LIMIT_BYTES = 16 * 1024;

/** What `POST /payments` needs from outside. */
export interface PostPaymentDependencies {
  readonly verifyToken: VerifyToken;
  readonly store: TransactionStore;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Accepts a payment, once for a client and Idempotency-Key. */
export function createPostPayment({ verifyToken, store, metrics, logger }: PostPaymentDependencies) {
  return async (request: HttpRequest): Promise<HttpResponse> => {
    const caller = await authorize(request, 'payments:write', verifyToken);
    if (isResponse(caller)) return caller;
    const asked = readRequest(request);
    if (isResponse(asked)) return asked;
    const { payment, key } = asked;
    const { clientId } = caller;
    const acceptance = await store.accept({ ...payment, clientId, idempotencyKey: key }, paymentDigest(payment));
    if (acceptance.outcome === 'conflict') {
      return problemResponse({
        status: 409,
        detail: 'This Idempotency-Key was used for another payment. Send the first payment again, or take another key.',
      });
    }
    const { transaction, created } = acceptance;
    if (created) metrics.add('PaymentsReceived', 1);
    logger.info('payment accepted', { transaction_id: transaction.transactionId, client_id: clientId, created });
    return {
      status: 202,
      headers: {
        'Content-Type': 'application/json',
        'Cache-Control': 'no-store',
        Location: `/payments/${transaction.transactionId}`,
      },
      body: JSON.stringify(paymentDocument(transaction)),
    };
  };
}

/** The payment that is asked for and its key, or the answer that lists what is wrong. */
function readRequest(request: HttpRequest): { payment: PaymentRequest; key: string } | HttpResponse {
  const body = readJsonBody(request, BODY_LIMIT_BYTES);
  if (isResponse(body)) return body;
  const idempotency = readIdempotencyKey(request);
  const outside = cardNumbersOutsideBody(request);
  const read = readPayment(body);
  const errors = [...('faults' in read ? read.faults : []), ...outside];
  if ('problem' in idempotency) {
    const { problem: detail } = idempotency;
    return problemResponse({ status: 400, detail, errors: [{ header: 'idempotency-key', detail }, ...errors] });
  }
  if ('payment' in read && errors.length === 0) return { payment: read.payment, key: idempotency.key };
  return problemResponse({
    status: 422,
    detail: 'The payment was not accepted. Correct everything that errors lists.',
    errors,
  });
}
