import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Side } from '../../../lambda/shared/authority/authority';
import { startTwoServers, type TwoServers } from '../transaction-processing/two-ledgers';
import { type PaymentPath, startPaymentPath } from './payment-path';

// Each has databases of its own.
jest.setTimeout(60_000);

let servers: TwoServers;
let path: PaymentPath;
let paths = 0;
beforeAll(async () => {
  servers = await startTwoServers();
  process.stdout.write(
    [
      'payment path, what is real here:',
      `  on-prem ledger: ${servers['on-prem'].version.split(' on ')[0]}, over TLS`,
      `  aurora ledger: ${servers.aurora.version.split(' on ')[0]}, over TLS (no Aurora)`,
      "  DynamoDB: dynalite; stream records are made of the table's writes in commit order, no stream runs here",
      '  replication between the ledgers: rows copied as replication applies them (session_replication_role = replica)',
      '  S3: a stand-in that honours If-None-Match; SQS and SNS: lists; token issuer: local, RS256',
      '',
    ].join('\n'),
  );
});
afterAll(() => servers.stop());
beforeEach(async () => {
  path = await startPaymentPath(servers, `payment_path_${(paths += 1)}`);
  await path.setAuthority({ authority: 'on-prem', epoch: 1 });
});
afterEach(() => path.stop());

/** Freezes, brings what is booked over, and opens the other side, as the cutover does. */
async function freeze(from: Side, epoch: number): Promise<void> {
  await path.setAuthority({ authority: 'frozen', epoch, frozenFrom: from });
  await path.ledgers.setRow(from, epoch, false);
}
async function open(from: Side, side: Side, epoch: number): Promise<void> {
  await path.ledgers.replicate(from, side);
  await path.setAuthority({ authority: side, epoch });
  await path.ledgers.setRow(side, epoch, true);
}

const auditOf = (id: unknown): readonly string[] =>
  [...path.s3.objects.keys()]
    .filter((key) => key.includes(String(id)))
    .map((key) => /\/(screening|booking)-/.exec(key)?.[1] ?? key)
    .sort();

test.each([
  ['on-prem', 'aurora', 1],
  ['aurora', 'on-prem', 3],
] as const)(
  'a payment is accepted, screened, booked in %s, which has authority, audited, and shown as PROCESSED',
  async (side, other, epoch) => {
    if (side === 'aurora') {
      await freeze('on-prem', 2);
      await open('on-prem', side, epoch);
    }
    const { status, document } = await path.post('k1');
    expect([status, document.status]).toEqual([202, 'RECEIVED']);
    expect(await path.pump()).toBe(true);
    expect((await path.get(document.transaction_id)).document).toEqual({ ...document, status: 'PROCESSED' });
    expect(await path.rows(side)).toMatchObject([
      {
        transactionId: document.transaction_id,
        amount: 1999,
        currency: 'EUR',
        epoch,
        entries: ['merchant/merchant-1/EUR:1999', `user/${String(document.user_id)}/EUR:-1999`],
      },
    ]);
    expect(await path.rows(other)).toEqual([]);
    expect(auditOf(document.transaction_id)).toEqual(['booking', 'screening']);
    expect(path.ports.counts).toMatchObject({ PaymentsApproved: 1, PaymentsBooked: 1, AmountBooked: 1999 });
    expect(path.ports.calls).toEqual([]);
  },
);

test('a rejected payment is never booked', async () => {
  const ids = [];
  // More of one user in ten minutes than the rules allow.
  for (const key of ['a', 'b', 'c', 'd']) ids.push((await path.post(key, { user_id: 'u' })).document.transaction_id);
  expect(await path.pump()).toBe(true);
  const statuses = new Map<unknown, unknown>();
  for (const id of ids) statuses.set(id, (await path.get(id)).document.status);
  expect([...statuses.values()]).toEqual(expect.arrayContaining(['PROCESSED', 'REJECTED']));
  const booked = ids.filter((id) => statuses.get(id) === 'PROCESSED').sort();
  expect((await path.rows('on-prem')).map(({ transactionId }) => transactionId)).toEqual(booked);
});

test('a request that is sent again, and records that are delivered again, change nothing', async () => {
  const user = 'user-of-replay';
  const first = await path.post('k1', { user_id: user });
  expect(await path.post('k1', { user_id: user })).toEqual(first);
  await path.pump();
  const before = [await path.rows('on-prem'), path.s3.objects.size, { ...path.ports.counts }];
  path.rewind();
  expect(await path.pump()).toBe(true);
  expect((await path.post('k1', { user_id: user })).document).toEqual({ ...first.document, status: 'RECEIVED' });
  expect(await path.pump()).toBe(true);
  expect([await path.rows('on-prem'), path.s3.objects.size, { ...path.ports.counts }]).toEqual(before);
});

test('a key that is used again after the table forgot it is a duplicate: PROCESSED by the first booking', async () => {
  const first = (await path.post('k1')).document.transaction_id;
  await path.pump();
  await path.forget('k1');
  const again = (await path.post('k1')).document.transaction_id;
  expect(again).not.toBe(first);
  expect(await path.pump()).toBe(true);
  expect((await path.get(again)).document.status).toBe('PROCESSED');
  expect((await path.rows('on-prem')).map(({ transactionId }) => transactionId)).toEqual([first]);
  expect(path.ports.counts).toMatchObject({ PaymentsBooked: 1, PaymentsDuplicate: 1 });
});

test('while both sides are frozen payments are accepted and wait; opened, they are booked in the other side', async () => {
  const early = (await path.post('k1')).document.transaction_id;
  await path.pump();
  await freeze('on-prem', 2);
  const late = await path.post('k2');
  expect(late.status).toBe(202);
  expect(await path.pump()).toBe(false);
  expect((await path.get(late.document.transaction_id)).document.status).toBe('APPROVED');
  expect([await path.rows('on-prem'), await path.rows('aurora')].map(({ length }) => length)).toEqual([1, 0]);
  await open('on-prem', 'aurora', 3);
  expect(await path.pump()).toBe(true);
  expect((await path.get(late.document.transaction_id)).document.status).toBe('PROCESSED');
  const aurora = await path.rows('aurora');
  expect(new Map(aurora.map(({ transactionId, epoch }) => [transactionId, epoch]))).toEqual(
    new Map([
      [early, 1],
      [late.document.transaction_id, 3],
    ]),
  );
  expect(await path.rows('on-prem')).toHaveLength(1);
  expect(path.ports.calls).toEqual([]);
});

describe('a client that timed out on one side and retries on the other', () => {
  /** The on-premises application books, as software that knows of no epochs. */
  const bookOnPremises = (id: string, key: string) =>
    path.ledgers.tamper(
      'on-prem',
      `BEGIN;
       INSERT INTO payments.accounts (account_id, kind, owner_id, currency) VALUES
         ('user/u/EUR', 'user', 'u', 'EUR'), ('merchant/m/EUR', 'merchant', 'm', 'EUR') ON CONFLICT DO NOTHING;
       INSERT INTO payments.transactions (transaction_id, client_id, idempotency_key, origin, user_id, merchant_id, amount,
         currency, currency_exponent, requested_at)
         VALUES ('${id}', '${path.clientId}', '${key}', 'on-prem', 'u', 'm', 1999, 'EUR', 2, now());
       INSERT INTO payments.entries (transaction_id, line_number, account_id, amount, currency) VALUES
         ('${id}', 1, 'user/u/EUR', -1999, 'EUR'), ('${id}', 2, 'merchant/m/EUR', 1999, 'EUR');
       COMMIT`,
    );
  const ON_PREMISES = '11111111-1111-4111-8111-111111111111';

  test.each([
    ['while on-premises has authority', false],
    ['after the data were switched', true],
  ])('is booked once, %s', async (_when, switched) => {
    await bookOnPremises(ON_PREMISES, 'k1');
    const retry = await path.post('k1', { user_id: 'u', merchant_id: 'm' });
    if (switched) {
      await freeze('on-prem', 2);
      await open('on-prem', 'aurora', 3);
    }
    expect(await path.pump()).toBe(true);
    const rows = await path.rows(switched ? 'aurora' : 'on-prem');
    expect(rows.map(({ transactionId, epoch }) => [transactionId, epoch])).toEqual([[ON_PREMISES, 0]]);
    expect((await path.get(retry.document.transaction_id)).document.status).toBe('PROCESSED');
    // What only the ledger has is shown as well.
    expect((await path.get(ON_PREMISES)).document).toMatchObject({ status: 'PROCESSED', amount: 1999 });
    expect(path.ports.counts).toMatchObject({ PaymentsDuplicate: 1 });
    expect(path.ports.counts).not.toHaveProperty('PaymentsBooked');
  });
});

test.each(
  ['ledger.book', 'audit.write', 'transactions.markProcessed'].flatMap(
    (call) =>
      [
        [call, 'before'],
        [call, 'after'],
      ] as const,
  ),
)('a crash %s (%s) leaves nothing undone and nothing twice', async (call, when) => {
  const { document } = await path.post('k1');
  let crashes = 0;
  path.strikeWith((at) => (at.call === call && at.when === when && crashes++ === 0 ? 'crash' : undefined));
  expect(await path.pump()).toBe(true);
  expect(crashes).toBeGreaterThan(0);
  expect((await path.get(document.transaction_id)).document.status).toBe('PROCESSED');
  expect(await path.rows('on-prem')).toHaveLength(1);
  expect(auditOf(document.transaction_id)).toEqual(['booking', 'screening']);
});

test('a database that restarts between two payments is found again', async () => {
  await path.post('k1');
  await path.pump();
  await servers['on-prem'].restart();
  await path.post('k2');
  expect(await path.pump()).toBe(true);
  expect(await path.rows('on-prem')).toHaveLength(2);
});
