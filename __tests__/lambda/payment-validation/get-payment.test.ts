import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { AUTHORITY_KEY, DynamoDbAuthority } from '../../../lambda/shared/authority/dynamodb-authority';
import type { LedgerTransaction } from '../../../lambda/shared/ledger/ledger';
import { type LocalApi, PAYMENT, SHAPES, startApi } from './local-api';

// Starting the servers takes its time on a machine that does other things too.
jest.setTimeout(30_000);

let api: LocalApi;
let bearer: string;
let stranger: string;
beforeAll(async () => {
  api = await startApi();
  bearer = `Bearer ${await api.issuer.token()}`;
  stranger = `Bearer ${await api.issuer.token({ client_id: 'stranger' })}`;
});
afterAll(() => api.stop());
beforeEach(async () => {
  api.log.length = 0;
  api.ledger['on-prem'] = [];
  api.ledger.aurora = [];
  await setAuthority({ authority: 'on-prem', epoch: 1 });
});

async function setAuthority(attributes: Record<string, unknown> | undefined): Promise<void> {
  const { client, stateTable: table } = api.dynamodb;
  if (attributes === undefined) await client.send(new DeleteCommand({ TableName: table, Key: AUTHORITY_KEY }));
  else await client.send(new PutCommand({ TableName: table, Item: { ...AUTHORITY_KEY, ...attributes } }));
}
const booked = (): LedgerTransaction & { readonly clientId: string } => ({
  transactionId: randomUUID(),
  clientId: 'shop',
  timestamp: Date.parse('2026-11-21T13:55:42.123Z'),
  userId: 'user-1',
  merchantId: 'merchant-1',
  amount: 500,
  currency: 'JPY',
  currencyExponent: 0,
  bookedAt: 1,
});
const NOT_FOUND = {
  type: 'about:blank',
  title: 'Not Found',
  status: 404,
  detail: 'This client has no payment of this identifier.',
};

describe.each(SHAPES)('GET /payments/{id} through the %s', (shape) => {
  const get = (id: string, authorization = bearer) =>
    api.send(shape, { method: 'GET', path: `/payments/${id}`, headers: { authorization } });
  const post = async () => {
    const headers = { authorization: bearer, 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    const { json } = await api.send(shape, {
      method: 'POST',
      path: '/payments',
      headers,
      body: JSON.stringify(PAYMENT),
    });
    return json as { readonly transaction_id: string };
  };

  test('shows the payment as it was accepted, at once', async () => {
    const payment = await post();
    expect(await get(payment.transaction_id)).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      json: payment,
    });
    expect((await get(payment.transaction_id)).text).not.toContain(PAYMENT.card_token);
  });

  test('knows the identifier in capitals and percent-encoded too', async () => {
    const { transaction_id: id } = await post();
    expect((await get(id.toUpperCase())).json).toMatchObject({ transaction_id: id });
    expect((await get(id.replaceAll('-', '%2D'))).json).toMatchObject({ transaction_id: id });
  });

  test('answers another client as if there were nothing, without asking the ledger', async () => {
    const { transaction_id: id } = await post();
    api.ledger['on-prem'] = undefined;
    const { status, json } = await get(id, stranger);
    expect([status, json]).toEqual([404, NOT_FOUND]);
  });

  test.each(['not-a-uuid', '1', '00000000-0000-0000-0000-00000000000', 'idempotency#1', `${'a'.repeat(3000)}`])(
    'answers 404 to what is no identifier: %s',
    async (id) => {
      api.ledger['on-prem'] = undefined;
      const { status, json } = await get(encodeURIComponent(id));
      expect([status, json]).toEqual([404, NOT_FOUND]);
    },
  );

  test('answers 404 when neither table nor ledger has it, and when the ledger has another client’s', async () => {
    const other = { ...booked(), clientId: 'stranger' };
    api.ledger['on-prem'] = [other];
    expect((await get(randomUUID())).status).toBe(404);
    expect((await get(other.transactionId)).status).toBe(404);
  });

  test.each([
    ['in authority', { authority: 'aurora', epoch: 2 }, 'aurora'],
    ['in authority on premises', { authority: 'on-prem', epoch: 1 }, 'on-prem'],
    ['that had authority before it was frozen', { authority: 'frozen', frozen_from: 'aurora', epoch: 3 }, 'aurora'],
  ] as const)('shows what only the ledger has: of the side %s', async (_which, authority, side) => {
    const payment = booked();
    await setAuthority(authority);
    api.ledger['on-prem'] = api.ledger.aurora = undefined;
    api.ledger[side] = [payment];
    const { status, json } = await get(payment.transactionId);
    expect([status, json]).toEqual([
      200,
      {
        transaction_id: payment.transactionId,
        status: 'PROCESSED',
        amount: 500,
        currency: 'JPY',
        currency_exponent: 0,
        user_id: 'user-1',
        merchant_id: 'merchant-1',
        created_at: '2026-11-21T13:55:42.123Z',
      },
    ]);
  });

  test.each([
    ['cannot be reached', { authority: 'on-prem', epoch: 1 }],
    ['is not named, as authority is frozen since ever', { authority: 'frozen', epoch: 1 }],
    ['is not named, as there is no authority item', undefined],
    ['is not named, as the authority item makes no sense', { authority: 'moon', epoch: 1 }],
  ])('answers 503, never 404, when the ledger %s', async (_why, authority) => {
    await setAuthority(authority);
    api.ledger['on-prem'] = api.ledger.aurora = undefined;
    const { status, headers, json } = await get(randomUUID());
    expect([status, headers['retry-after'], json]).toEqual([
      503,
      '5',
      {
        type: 'about:blank',
        title: 'Service Unavailable',
        status: 503,
        detail: 'Whether there is such a payment cannot be told now. Ask again later.',
      },
    ]);
    expect(api.log.join('')).toContain('ledger could not be read');
  });

  test('answers 503 when the table or the authority item cannot be reached', async () => {
    const request = { method: 'GET', path: `/payments/${randomUUID()}`, headers: { authorization: bearer } };
    const store = api.storeOf(api.unreachable);
    const authority = new DynamoDbAuthority(api.unreachable, 'migration-state-test');
    const answers = [await api.send(shape, request, { store }), await api.send(shape, request, { authority })];
    expect(answers.map(({ status, headers }) => [status, headers['retry-after']])).toEqual([
      [503, '2'],
      [503, '5'],
    ]);
  });

  test('refuses a card number in path, query or header, and repeats it nowhere', async () => {
    const card = '4111111111111111';
    const { status, json, text } = await api.send(shape, {
      method: 'GET',
      path: `/payments/${card}`,
      query: `q=${card}`,
      headers: { authorization: bearer, 'x-note': card, 'x-forwarded-for': card },
    });
    expect(status).toBe(422);
    expect(json).toMatchObject({ errors: [{ location: 'path' }, { location: 'query' }, { header: 'x-note' }] });
    expect(text + api.log.join('')).not.toContain(card);
  });
});
