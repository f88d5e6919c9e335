import { expect, test } from '@jest/globals';
import { fromItem, MalformedItem, toItem } from '../../../../lambda/shared/transactions/item';
import type { Transaction } from '../../../../lambda/shared/transactions/transaction';

const received: Transaction = {
  transactionId: '5f0f7b3e-4a47-4bd0-9d4c-0f6f4a4a2d11',
  timestamp: 1_763_721_600_000,
  clientId: 'shop',
  idempotencyKey: 'order-1',
  userId: 'user-1',
  merchantId: 'merchant-1',
  cardToken: 'tok_1',
  amount: 1999,
  currency: 'EUR',
  currencyExponent: 2,
  country: 'DE',
  status: 'RECEIVED',
  redrives: 0,
};

const processed: Transaction = {
  ...received,
  status: 'PROCESSED',
  redrives: 2,
  redrivenAt: 1_763_721_700_000,
  failureCode: '23514',
  fraud: { decision: 'APPROVED', score: 0, reasons: ['r'], rulesVersion: '1', decidedAt: 1_763_721_600_100 },
  booking: { bookingId: received.transactionId, bookedEpoch: 0, bookedAt: 1_763_721_600_200 },
};

test.each([received, processed])('a transaction is read as it was written', (transaction) => {
  expect(fromItem(toItem(transaction))).toEqual(transaction);
});

test('a transaction that was never driven again may lack the count', () => {
  expect(fromItem({ ...toItem(received), redrives: undefined })).toEqual(received);
});

test('an item that is no transaction is refused with the names of what is wrong, not their values', () => {
  const item = { ...toItem(received), amount: 19.99, currency: undefined, status: 'DONE', card_token: 4 };
  expect(() => fromItem(item)).toThrow(MalformedItem);
  expect(() => fromItem(item)).toThrow(
    'an item of transactions must have the attributes of a payment, got missing or other ones: status, card_token, amount, currency',
  );
});
