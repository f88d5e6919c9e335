import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Client } from 'pg';
import { openSession } from '../../../../lambda/migration-validation/database/session';
import { reconcileLedger } from '../../../../lambda/migration-validation/ledger/reconcile-ledger';
import type { LedgerCheck } from '../../../../lambda/migration-validation/report/model';
import { add, type Booked, fill, startTwoLedgers, type TwoLedgers } from './ledgers';

let ledgers: TwoLedgers;

beforeAll(async () => {
  ledgers = await startTwoLedgers();
}, 60_000);
afterAll(() => ledgers.stop());
beforeEach(() => fillBoth(PAYMENTS));

const BOOKED_AT = Date.UTC(2026, 0, 1, 23, 59, 59, 999);

const payment = (id: string, change: Partial<Booked> = {}): Booked => ({
  id,
  user: 'alice',
  merchant: 'shop',
  amount: 100n,
  currency: 'USD',
  requestedAt: BOOKED_AT - 5,
  bookedAt: BOOKED_AT,
  ...change,
});

const PAYMENTS = [payment('tx-1'), payment('tx-2', { user: 'bob', currency: 'EUR', bookedAt: BOOKED_AT + 1 })];

const fillBoth = (source: readonly Booked[], target: readonly Booked[] = source) =>
  Promise.all([fill(ledgers.owners.source, source), fill(ledgers.owners.target, target)]);

const NAMES = [
  'entries per account',
  'transactions per merchant and currency',
  'transactions per currency',
  'transactions per day (UTC, of booked_at) and currency',
  'each transaction has entries, at least two in a currency, that sum to zero',
  'each entry has its account',
];

const verdicts = (checks: readonly LedgerCheck[] | undefined) => checks?.map(({ verdict }) => verdict);

/** Runs work inside a transaction of a side's owner in which the side's tables are changed. */
async function changed<Result>(client: Client, statements: string, work: () => Promise<Result>): Promise<Result> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  try {
    await client.query(statements);
    return await work();
  } finally {
    await client.query('ROLLBACK');
  }
}

const settledAlready = () => Promise.resolve();

describe('what is compared', () => {
  test('equal ledgers are equal in every check', async () => {
    const checks = await reconcileLedger(ledgers.pair, { mode: 'exact' });

    expect(checks).toStrictEqual(
      NAMES.map((name, index) => ({
        name,
        verdict: 'equal',
        compared: [4, 2, 2, 2, 2, 4][index],
        differing: 0,
        differences: [],
      })),
    );
  });

  test('a difference says what each side has, and by how much the target has more or less', async () => {
    await fillBoth(PAYMENTS, [payment('tx-1', { amount: 70n }), ...PAYMENTS.slice(1), payment('tx-3')]);

    const [accounts, merchants, , days] = (await reconcileLedger(ledgers.pair, { mode: 'exact' })) ?? [];

    expect(accounts?.differences).toStrictEqual([
      {
        check: 'entries per account',
        subject: 'merchant/shop/USD',
        source: '1 entry, sum 100',
        target: '2 entries, sum 170',
        message: 'the target has 1 entry more and a sum that is 70 higher',
      },
      {
        check: 'entries per account',
        subject: 'user/alice/USD',
        source: '1 entry, sum -100',
        target: '2 entries, sum -170',
        message: 'the target has 1 entry more and a sum that is 70 lower',
      },
    ]);
    expect(merchants?.differences[0]?.subject).toBe('shop USD');
    // The last millisecond of a day, in UTC.
    expect(days?.differences[0]?.subject).toBe('2026-01-01 USD');
  });

  test('what only one side has is named with that side', async () => {
    await fillBoth(PAYMENTS, PAYMENTS.slice(0, 1));

    const [, , currencies] = (await reconcileLedger(ledgers.pair, { mode: 'exact' })) ?? [];

    expect(currencies?.differences).toStrictEqual([
      {
        check: 'transactions per currency',
        subject: 'EUR',
        source: '1 transaction, sum 100',
        message: 'the target has 1 transaction fewer and a sum that is 100 lower',
      },
    ]);
  });

  test('a ledger that is wrong in itself is different, also where both sides are wrong alike', async () => {
    const lines = [{ account: 'user/carl/USD', amount: 5n, currency: 'USD' }];
    const wrong = [payment('tx-1', { entries: [] }), payment('tx-2', { entries: lines })];
    await fillBoth(wrong, [payment('tx-1', { entries: [] }), payment('tx-2', { entries: [...lines, ...lines] })]);
    for (const owner of [ledgers.owners.source, ledgers.owners.target]) {
      await owner.query(`DELETE FROM payments.accounts WHERE account_id = 'user/carl/USD';
        INSERT INTO payments.entries SELECT 'nowhere', line, 'user/dora/USD', 3 - 2 * line, 'USD' FROM generate_series(1, 2) AS s (line)`);
    }

    const [, , , , balance, accounts] = (await reconcileLedger(ledgers.pair, { mode: 'exact' })) ?? [];

    const single = 'it has one entry, its entries sum to 5';
    const double = 'its entries sum to 10';
    const orphan = 'there is no such transaction';
    expect(balance?.differences.map(({ check: _, ...difference }) => difference)).toStrictEqual([
      { subject: 'nowhere USD', source: orphan, target: orphan, message: `on both sides ${orphan}` },
      {
        subject: 'tx-1',
        source: 'it has no entries',
        target: 'it has no entries',
        message: 'on both sides it has no entries',
      },
      {
        subject: 'tx-2 USD',
        source: single,
        target: double,
        message: `on the source ${single}; on the target ${double}`,
      },
    ]);
    const missing = (entries: string) => `there is no such account: ${entries}`;
    expect(accounts?.differences.map(({ subject, source, target }) => [subject, source, target])).toStrictEqual([
      ['user/carl/USD', missing('1 entry'), missing('2 entries')],
      ['user/dora/USD', missing('2 entries'), missing('2 entries')],
    ]);
  });

  test('the first differences are listed, and all are counted', async () => {
    await fillBoth(
      Array.from({ length: 9 }, (_, index) => payment(`tx-${index}`, { user: `user-${index}` })),
      [],
    );

    const [accounts] = (await reconcileLedger(ledgers.pair, { mode: 'exact', maxDifferences: 3 })) ?? [];

    expect(accounts).toMatchObject({ verdict: 'different', compared: 10, differing: 10 });
    expect(accounts?.differences.map(({ subject }) => subject)).toStrictEqual([
      'merchant/shop/USD',
      'user/user-0/USD',
      'user/user-1/USD',
    ]);
  });

  test('a missing amount is not the same as zero', async () => {
    await fillBoth([...PAYMENTS, payment('tx-3')]);
    const { source, target } = ledgers.owners;
    const loose =
      'ALTER TABLE payments.transactions ALTER amount DROP NOT NULL, DROP CONSTRAINT transactions_amount_is_positive;';

    const checks = await changed(
      source,
      `${loose} UPDATE payments.transactions SET amount = NULL WHERE transaction_id = 'tx-1'`,
      () =>
        changed(target, `${loose} UPDATE payments.transactions SET amount = 0 WHERE transaction_id = 'tx-1'`, () =>
          reconcileLedger({ source, target }, { mode: 'exact' }),
        ),
    );

    expect(checks?.[2]?.differences).toMatchObject([
      { subject: 'USD', source: '2 transactions, sum 100, 1 without an amount', target: '2 transactions, sum 100' },
    ]);
  });

  test('an entry of nothing does not balance a transaction', async () => {
    const { source } = ledgers.owners;
    const statements = `ALTER TABLE payments.entries DROP CONSTRAINT entries_amount_is_not_zero;
      UPDATE payments.entries SET amount = 0 WHERE transaction_id = 'tx-1';
      DELETE FROM payments.entries WHERE transaction_id = 'tx-1' AND line_number = 2`;

    const checks = await changed(source, statements, () =>
      reconcileLedger({ source, target: ledgers.pair.target }, { mode: 'exact' }),
    );

    expect(checks?.[4]?.differences).toMatchObject([{ subject: 'tx-1 USD', source: 'it has one entry' }]);
  });

  test('names are told apart and ordered by their bytes, whatever the collations of the sides', async () => {
    const all = ['a', 'A', 'b', 'B'].map((merchant, index) => payment(`tx-${index}`, { merchant }));
    await fillBoth(all, all.slice(0, 3));
    const { source } = ledgers.owners;
    const statements = `
      CREATE COLLATION payments.any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
      ALTER TABLE payments.transactions ALTER merchant_id TYPE text COLLATE payments.any_case`;

    const checks = await changed(source, statements, () =>
      reconcileLedger({ source, target: ledgers.pair.target }, { mode: 'exact' }),
    );

    expect(checks?.[1]).toMatchObject({ compared: 4, differing: 1, differences: [{ subject: 'B USD' }] });
  });

  test('more groups than are fetched at once are compared one by one', async () => {
    const book = (client: Client, from: number) =>
      client.query(
        `INSERT INTO payments.transactions (transaction_id, client_id, idempotency_key, origin, user_id, merchant_id, amount,
          currency, currency_exponent, requested_at, booked_at)
         SELECT i, 'shop', i, 'on-prem', 'alice', 'merchant-' || i, i, 'USD', 2, now(), now() FROM generate_series($1::int, 5000) AS s (i)`,
        [from],
      );
    await Promise.all([book(ledgers.owners.source, 1), book(ledgers.owners.target, 2)]);

    const [, merchants] = (await reconcileLedger(ledgers.pair, { mode: 'exact' })) ?? [];

    expect(merchants).toMatchObject({ compared: 5_002, differing: 1, differences: [{ subject: 'merchant-1 USD' }] });
  });
});

describe('what cannot be compared', () => {
  test('is nothing where neither database has a ledger', async () => {
    const [source, target] = await Promise.all([
      openSession(ledgers.servers.source.superuser),
      openSession(ledgers.servers.target.superuser),
    ]);
    try {
      await expect(reconcileLedger({ source, target }, { mode: 'exact' })).resolves.toBeUndefined();
      await expect(
        reconcileLedger({ source, target }, { mode: 'live', settle: settledAlready }),
      ).resolves.toBeUndefined();
    } finally {
      await Promise.all([source.end(), target.end()]);
    }
  });

  test('a table that one side has is a difference', async () => {
    const { source } = ledgers.pair;
    const { target } = ledgers.owners;

    const checks = await changed(target, 'DROP TABLE payments.entries CASCADE', () =>
      reconcileLedger({ source, target }, { mode: 'exact' }),
    );

    expect(verdicts(checks)).toStrictEqual(['different', 'equal', 'equal', 'equal', 'different', 'different']);
    expect(checks?.[0]).toStrictEqual({
      name: 'entries per account',
      verdict: 'different',
      compared: 0,
      differing: 1,
      differences: [
        {
          check: 'entries per account',
          subject: 'payments.entries',
          source: 'a table',
          message: 'the target has no such table',
        },
      ],
    });
  });

  test.each([
    [
      'DROP TABLE payments.accounts CASCADE',
      5,
      'the source has no table payments.accounts; the target has no table payments.accounts',
    ],
    [
      'DROP TABLE payments.accounts CASCADE; CREATE VIEW payments.accounts AS SELECT 1 AS account_id',
      5,
      "the source's payments.accounts is no table; the target's payments.accounts is no table",
    ],
    [
      'ALTER TABLE payments.transactions DROP merchant_id',
      1,
      'the source has no column payments.transactions.merchant_id; the target has no column payments.transactions.merchant_id',
    ],
  ])('%s on both sides is unknown', async (statements, index, problem) => {
    const { source, target } = ledgers.owners;

    const checks = await changed(source, statements, () =>
      changed(target, statements, () => reconcileLedger({ source, target }, { mode: 'exact' })),
    );

    expect(checks?.[index]).toStrictEqual({
      name: NAMES[index],
      verdict: 'unknown',
      problem,
      compared: 0,
      differing: 0,
      differences: [],
    });
    expect(verdicts(checks)?.filter((verdict) => verdict === 'equal')).toHaveLength(5);
  });

  test('a column of a type that does not fit is unknown, one of a domain or a wider type is compared', async () => {
    const { source, target } = ledgers.owners;
    const withTypes = (statements: string) =>
      changed(source, statements, () => reconcileLedger({ source, target: ledgers.pair.target }, { mode: 'exact' }));

    const float = await withTypes('ALTER TABLE payments.transactions ALTER amount TYPE float8');
    const wider = await withTypes(`
      CREATE DOMAIN payments.id AS text; CREATE DOMAIN payments.account AS payments.id;
      ALTER TABLE payments.entries ALTER account_id TYPE payments.account, ALTER amount TYPE numeric(30,4);
      ALTER TABLE payments.transactions ALTER amount TYPE numeric, ALTER merchant_id TYPE char(64)`);

    expect(verdicts(float)).toStrictEqual(['equal', 'unknown', 'unknown', 'unknown', 'equal', 'equal']);
    expect(float?.[1]?.problem).toBe(
      "the source's payments.transactions.amount must be one of int8, int4, int2, numeric, got float8",
    );
    expect(verdicts(wider)).toStrictEqual(NAMES.map(() => 'equal'));
    expect(target.getTransactionStatus()).toBe('I');
  });

  test('a table that may not be read is unknown, the others are compared, inside one transaction', async () => {
    const { source, target } = ledgers.pair;
    await ledgers.owners.target.query('REVOKE SELECT ON payments.entries FROM payments_reader');
    try {
      const alone = await reconcileLedger({ source, target }, { mode: 'exact' });
      const within = await changed(source, '', () =>
        changed(target, '', () => reconcileLedger({ source, target }, { mode: 'exact' })),
      );

      for (const checks of [alone, within]) {
        expect(verdicts(checks)).toStrictEqual(['unknown', 'equal', 'equal', 'equal', 'unknown', 'unknown']);
        expect(checks?.[0]?.problem).toBe('the target could not be read: permission denied for table entries (42501)');
      }
    } finally {
      await ledgers.owners.target.query('GRANT SELECT ON payments.entries TO payments_reader');
    }
  });

  test('texts of another encoding are unknown', async () => {
    const { superuser } = ledgers.servers.source;
    await ledgers.owners.source.query(`CREATE DATABASE bytes TEMPLATE template0 ENCODING 'SQL_ASCII'`);
    const source = await openSession({ ...superuser, database: 'bytes' });
    try {
      await source.query('SET default_transaction_read_only = off');
      const checks = await changed(
        source,
        `CREATE SCHEMA payments; CREATE TABLE payments.transactions (currency text, amount int8)`,
        () => reconcileLedger({ source, target: ledgers.pair.target }, { mode: 'exact' }),
      );

      expect(checks?.[2]).toMatchObject({
        verdict: 'unknown',
        problem: "the source's encoding must be UTF8 for texts to be compared, got SQL_ASCII",
      });
    } finally {
      await source.end();
    }
  });

  test('a connection that is gone is unknown, never equal', async () => {
    const source = await openSession(ledgers.source.reader);
    const pair = { source, target: ledgers.pair.target };
    const { rows } = await source.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await ledgers.owners.source.query('SELECT pg_terminate_backend($1, 5000)', [rows[0]?.pid]);

    const checks = await reconcileLedger(pair, { mode: 'exact' });

    expect(checks).toHaveLength(1);
    expect(checks?.[0]).toMatchObject({ name: 'ledger', verdict: 'unknown' });
    expect(checks?.[0]?.problem).toMatch(/^the source could not be read: /);
    expect(pair.target.getTransactionStatus()).toBe('I');
  });

  test('a connection that is cut on the way makes the rest unknown', async () => {
    const source = await openSession(ledgers.source.reader);
    const pair = { source, target: ledgers.pair.target };
    const cut = async () => {
      await ledgers.owners.source.query(
        `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'payments_read' AND pid <> ALL ($1)`,
        [[await pidOf(ledgers.pair.source)]],
      );
    };

    const checks = await reconcileLedger(pair, { mode: 'live', settle: cut });

    expect(checks?.[0]).toMatchObject({ verdict: 'unknown' });
    expect(verdicts(checks)).not.toContain('equal');
  });

  test('an abort ends it with its reason', async () => {
    const signal = AbortSignal.abort(new Error('stopped by hand'));

    await expect(reconcileLedger(ledgers.pair, { mode: 'exact', signal })).rejects.toThrow('stopped by hand');
    expect(ledgers.pair.source.getTransactionStatus()).toBe('I');
  });
});

const pidOf = async (client: Client): Promise<number | undefined> => {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid;
};

describe('inside a transaction of the caller', () => {
  const begin = async (isolation: string) => {
    for (const client of [ledgers.pair.source, ledgers.pair.target]) {
      await client.query(`BEGIN ISOLATION LEVEL ${isolation} READ ONLY; SELECT 1 FROM payments.accounts`);
    }
  };
  const end = () => Promise.all([ledgers.pair.source.query('ROLLBACK'), ledgers.pair.target.query('ROLLBACK')]);

  test('its snapshot is compared, and it goes on as it was', async () => {
    const { pair, owners } = ledgers;
    await begin('REPEATABLE READ');
    try {
      await add(owners.source, [payment('later')]);
      const checks = await reconcileLedger(pair, { mode: 'exact' });

      expect(verdicts(checks)).toStrictEqual(NAMES.map(() => 'equal'));
      expect(pair.source.getTransactionStatus()).toBe('T');
      const { rows } = await pair.source.query<{ memory: string; cursors: string }>(
        `SELECT current_setting('work_mem') AS memory, (SELECT count(*) FROM pg_cursors) AS cursors`,
      );
      expect(rows[0]).toStrictEqual({ memory: '4MB', cursors: '0' });
    } finally {
      await end();
    }
  });

  test('one whose statements each see another state is unknown', async () => {
    await begin('READ COMMITTED');
    try {
      await expect(reconcileLedger(ledgers.pair, { mode: 'exact' })).resolves.toMatchObject([
        { verdict: 'unknown', problem: 'the transaction on the source must be REPEATABLE READ, got READ COMMITTED' },
      ]);
    } finally {
      await end();
    }
  });

  test('what moves is not compared in one snapshot', async () => {
    await begin('REPEATABLE READ');
    try {
      await expect(reconcileLedger(ledgers.pair, { mode: 'live', settle: settledAlready })).resolves.toMatchObject([
        {
          verdict: 'unknown',
          problem: 'what changes is read outside of transactions, got a connection that is inside one',
        },
      ]);
    } finally {
      await end();
    }
  });
});

describe('while it moves', () => {
  /** Wrong in itself, as what is on its way may be. */
  const young = payment('young', { bookedAt: Date.now() + 3_600_000, entries: [] });

  test('what is younger than the age is left out, and said', async () => {
    await add(ledgers.owners.source, [young]);

    const checks = await reconcileLedger(ledgers.pair, { mode: 'live', settle: settledAlready });

    expect(verdicts(checks)).toStrictEqual(NAMES.map(() => 'equal'));
    expect(checks?.[0]?.basis).toMatch(/^booked before \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test('the age counts back from now', async () => {
    await add(ledgers.owners.source, [payment('recent', { bookedAt: Date.now() - 30_000 })]);
    const live = (minAgeSeconds?: number) =>
      reconcileLedger(ledgers.pair, {
        mode: 'live',
        settle: settledAlready,
        ...(minAgeSeconds === undefined ? {} : { minAgeSeconds }),
      });

    expect(verdicts(await live())?.[0]).toBe('equal');
    expect(verdicts(await live(20))?.[0]).toBe('different');
    expect(verdicts(await live(0))?.[0]).toBe('different');
  });

  test('what settles before or between the readings does not count', async () => {
    const behind = [payment('tx-3'), payment('tx-4')];
    await add(ledgers.owners.source, behind);
    let calls = 0;
    const settle = async () => {
      calls += 1;
      if (calls > 1) await add(ledgers.owners.target, behind.slice(calls - 2, calls - 1));
    };

    const checks = await reconcileLedger(ledgers.pair, { mode: 'live', settle });

    expect(verdicts(checks)).toStrictEqual(NAMES.map(() => 'equal'));
    expect(calls).toBe(3);
  });

  test('what stays different counts', async () => {
    await fillBoth(PAYMENTS, PAYMENTS.slice(1));
    let calls = 0;
    const settle = () => {
      calls += 1;
      return Promise.resolve();
    };

    const checks = await reconcileLedger(ledgers.pair, { mode: 'live', settle, maxRechecks: 1 });

    expect(checks?.[0]).toMatchObject({ verdict: 'different', differing: 2 });
    // Once for all, and once more for each of the four checks that differ.
    expect(calls).toBe(5);
  });

  test('a booking that comes late makes all of it be compared again', async () => {
    let calls = 0;
    const settle = async () => {
      calls += 1;
      // Neither in the same moment nor on both sides: what is compared has changed.
      if (calls === 1) await add(ledgers.owners.source, [payment('late')]);
      else await add(ledgers.owners.target, [payment('late')]);
    };

    const checks = await reconcileLedger(ledgers.pair, { mode: 'live', settle, maxRechecks: 0 });

    expect(verdicts(checks)).toStrictEqual(NAMES.map(() => 'equal'));
    expect(calls).toBe(2);
  });

  test('bookings that come late again and again leave it unknown', async () => {
    let calls = 0;
    const settle = async () => {
      calls += 1;
      const late = [payment(`late-${calls}`)];
      await Promise.all([add(ledgers.owners.source, late), add(ledgers.owners.target, late)]);
    };

    const checks = await reconcileLedger(ledgers.pair, { mode: 'live', settle });

    expect(verdicts(checks)).toStrictEqual(NAMES.map(() => 'unknown'));
    expect(calls).toBe(3);
    expect(checks?.[0]?.problem).toMatch(
      /^3 rows of before 20.*Z came to the source while they were compared, also when/,
    );
  });

  test('a position that is not reached leaves it unknown', async () => {
    const settle = () => Promise.reject(new Error('the slot did not get there in 60 s'));

    await expect(reconcileLedger(ledgers.pair, { mode: 'live', settle })).resolves.toMatchObject([
      { verdict: 'unknown', problem: 'the slot did not get there in 60 s' },
    ]);
  });
});
