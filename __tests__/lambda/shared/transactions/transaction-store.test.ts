import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { MalformedItem } from '../../../../lambda/shared/transactions/item';
import {
  idempotencyId,
  type NewPayment,
  StoreUnavailable,
  TransactionStore,
} from '../../../../lambda/shared/transactions/transaction-store';
import { type LocalDynamoDb, startDynamoDb } from '../../../support/dynamodb';

// Fifty callers at once take their time on a machine that does other things too.
jest.setTimeout(60_000);

let dynamodb: LocalDynamoDb;
beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());

const NOW = 1_763_721_600_123;
let ids = 0;
const newId = () => `00000000-0000-4000-8000-${`${(ids += 1)}`.padStart(12, '0')}`;
let payment: NewPayment;
beforeEach(() => {
  payment = {
    clientId: 'shop',
    idempotencyKey: newId(),
    userId: 'user-1',
    merchantId: 'merchant-1',
    cardToken: 'tok_4fGh7Jk2Lm9Np',
    amount: 1999,
    currency: 'EUR',
    currencyExponent: 2,
    country: 'DE',
  };
});

type Send = (command: object) => Promise<unknown>;
/** The table with a say before each command. */
const storeWith = (around: (command: object, send: Send) => Promise<unknown>, now = () => NOW) => {
  const send = dynamodb.client.send.bind(dynamodb.client) as unknown as Send;
  const client = Object.create(dynamodb.client, {
    send: { value: (command: object) => around(command, send) },
  }) as DynamoDBDocumentClient;
  return new TransactionStore({ client, tableName: dynamodb.transactionsTable, now, newId });
};
const store = () => storeWith((command, send) => send(command));

const claimKey = () => ({ transaction_id: idempotencyId(payment.clientId, payment.idempotencyKey), timestamp: 0 });
const claim = async () =>
  (await dynamodb.client.send(new GetCommand({ TableName: dynamodb.transactionsTable, Key: claimKey() }))).Item;
const transactions = async () => {
  const { Items: items = [] } = await dynamodb.client.send(new ScanCommand({ TableName: dynamodb.transactionsTable }));
  return items.filter((item) => item.idempotency_key === payment.idempotencyKey);
};

describe('a payment is accepted', () => {
  test('with an item for its key and one for itself', async () => {
    const { outcome, transaction, created } = accepted(await store().accept(payment, 'digest'));
    expect([outcome, created]).toEqual(['accepted', true]);
    expect(transaction).toEqual({
      ...payment,
      transactionId: transaction.transactionId,
      timestamp: NOW,
      status: 'RECEIVED',
      redrives: 0,
    });
    expect(await claim()).toEqual({
      ...claimKey(),
      body_hash: 'digest',
      payment_id: transaction.transactionId,
      payment_timestamp: NOW,
      expires_at: 1_763_721_600 + 30 * 24 * 60 * 60,
    });
    expect(await store().find(transaction.transactionId)).toEqual(transaction);
  });

  test('once, when it comes fifty times at once', async () => {
    const all = await Promise.all(Array.from({ length: 50 }, () => store().accept(payment, 'digest')));
    const [first] = all.map(accepted);
    expect(all.map((acceptance) => accepted(acceptance).transaction)).toEqual(all.map(() => first?.transaction));
    expect(all.filter((acceptance) => accepted(acceptance).created)).toHaveLength(1);
    expect(await transactions()).toHaveLength(1);
  });

  test('with the time and id of the first call, whenever it comes again', async () => {
    const first = accepted(await store().accept(payment, 'digest'));
    const later = storeWith(
      (command, send) => send(command),
      () => NOW + 1_000,
    );
    expect(await later.accept(payment, 'digest')).toEqual({ ...first, created: false });
  });

  test('and not again for another digest, by whichever of fifty callers', async () => {
    const all = await Promise.all(Array.from({ length: 50 }, (_, index) => store().accept(payment, `${index % 2}`)));
    expect(all.filter(({ outcome }) => outcome === 'conflict')).toHaveLength(25);
    expect(await transactions()).toHaveLength(1);
  });

  test('also when its key’s time is over, as long as the item is there', async () => {
    const first = accepted(await store().accept(payment, 'digest'));
    const late = storeWith(
      (command, send) => send(command),
      () => NOW + 40 * 24 * 60 * 60 * 1000,
    );
    expect(accepted(await late.accept(payment, 'digest')).transaction).toEqual(first.transaction);
    expect(await late.accept(payment, 'other')).toEqual({ outcome: 'conflict' });
  });

  test('and leaves alone what happened to the transaction since', async () => {
    const { transaction } = accepted(await store().accept(payment, 'digest'));
    const [item] = await transactions();
    await dynamodb.client.send(
      new PutCommand({ TableName: dynamodb.transactionsTable, Item: { ...item, status: 'REJECTED' } }),
    );
    expect(accepted(await store().accept(payment, 'digest')).transaction).toEqual(transaction);
    expect(await store().find(transaction.transactionId)).toMatchObject({ status: 'REJECTED' });
  });
});

describe('a call that dies', () => {
  test.each([
    [1, 'before its first write', false],
    [2, 'before its second write', false],
    [1, 'after its first write, whose answer was lost', true],
    [2, 'after its second write, whose answer was lost', true],
  ])('at write %d, %s, is completed by the next', async (number, _when, written) => {
    let writes = 0;
    const dying = storeWith(async (command, send) => {
      if (command instanceof PutCommand && (writes += 1) === number) {
        if (written) await send(command);
        throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      }
      return send(command);
    });
    await expect(dying.accept(payment, 'digest')).rejects.toThrow(StoreUnavailable);
    const { transaction, created } = accepted(await store().accept(payment, 'digest'));
    expect(created).toBe(!(written && number === 2));
    expect(await transactions()).toHaveLength(1);
    expect((await claim())?.payment_id).toBe(transaction.transactionId);
    expect(await store().find(transaction.transactionId)).toEqual(transaction);
  });

  test('does not open its key to another payment', async () => {
    const dying = storeWith((command, send) =>
      command instanceof PutCommand && command.input.Item?.status !== undefined
        ? Promise.reject(new Error('killed'))
        : send(command),
    );
    await expect(dying.accept(payment, 'digest')).rejects.toThrow(StoreUnavailable);
    expect(await store().accept(payment, 'other')).toEqual({ outcome: 'conflict' });
    expect(await transactions()).toEqual([]);
  });
});

describe('a key’s item that DynamoDB deletes in between', () => {
  const deleting = (times: number) => {
    let deleted = 0;
    return storeWith(async (command, send) => {
      if (command instanceof GetCommand && (deleted += 1) <= times) {
        await send(new DeleteCommand({ TableName: dynamodb.transactionsTable, Key: claimKey() }));
      }
      const answer = await send(command);
      // Another caller takes the key at once.
      if (command instanceof GetCommand && deleted <= times && times > 2) await store().accept(payment, 'digest');
      return answer;
    });
  };

  test('is claimed anew', async () => {
    await store().accept(payment, 'digest');
    expect(await deleting(1).accept(payment, 'digest')).toMatchObject({ outcome: 'accepted', created: true });
  });

  test('is given up when it happens three times', async () => {
    await store().accept(payment, 'digest');
    await expect(deleting(3).accept(payment, 'digest')).rejects.toThrow(
      new StoreUnavailable('an idempotency item came and went three times'),
    );
  });
});

describe('a table that cannot be used', () => {
  const failing = (error: Error) => storeWith(() => Promise.reject(error));
  const aws = (name: string) => Object.assign(new Error(name), { name, $metadata: { httpStatusCode: 400 } });

  test.each([
    'ProvisionedThroughputExceededException',
    'ThrottlingException',
    'RequestLimitExceeded',
    'InternalServerError',
    'AccessDeniedException',
    'ResourceNotFoundException',
    'TimeoutError',
    'CredentialsProviderError',
  ])('is no fault of the request: %s', async (name) => {
    const error = aws(name);
    const refused: unknown = await failing(error)
      .accept(payment, 'digest')
      .catch((thrown: unknown) => thrown);
    expect(refused).toBeInstanceOf(StoreUnavailable);
    expect(refused).toMatchObject({ message: 'the table transactions must be reachable and permitted', cause: error });
    await expect(failing(error).find('id')).rejects.toThrow(StoreUnavailable);
  });

  test('is told from a mistake of ours', async () => {
    for (const error of [aws('ValidationException'), new TypeError('x'), new RangeError('x')]) {
      await expect(failing(error).accept(payment, 'digest')).rejects.toBe(error);
    }
  });

  test('is unavailable when nobody listens there', async () => {
    const client = DynamoDBDocumentClient.from(
      new DynamoDBClient({
        endpoint: 'http://127.0.0.1:1',
        region: 'us-east-1',
        credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
        maxAttempts: 1,
      }),
    );
    const away = new TransactionStore({ client, tableName: 't', now: () => NOW, newId });
    await expect(away.accept(payment, 'digest')).rejects.toThrow(StoreUnavailable);
  });
});

test('a transaction that is not there is not found, and an item that is none is an error', async () => {
  expect(await store().find(newId())).toBeUndefined();
  const item = { transaction_id: newId(), timestamp: 1 };
  await dynamodb.client.send(new PutCommand({ TableName: dynamodb.transactionsTable, Item: item }));
  await expect(store().find(item.transaction_id)).rejects.toThrow(MalformedItem);
});

test('a key’s item that makes no sense is an error, not an answer', async () => {
  await dynamodb.client.send(new PutCommand({ TableName: dynamodb.transactionsTable, Item: claimKey() }));
  await expect(store().accept(payment, 'digest')).rejects.toThrow(
    new MalformedItem('an idempotency item must have body_hash, payment_id and payment_timestamp, got others'),
  );
});

test('clients and keys that look alike when joined have items of their own', () => {
  const items = [
    idempotencyId('a', 'b,c'),
    idempotencyId('a","b', 'c'),
    idempotencyId('a', 'b'),
    idempotencyId('b', 'a'),
  ];
  expect(new Set(items).size).toBe(4);
  expect(items[0]).toMatch(/^idempotency#[0-9a-f]{64}$/);
});

function accepted(acceptance: Awaited<ReturnType<TransactionStore['accept']>>) {
  if (acceptance.outcome === 'accepted') return acceptance;
  throw new Error('the payment must be accepted, got a conflict');
}
