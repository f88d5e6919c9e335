import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Client, ClientConfig } from 'pg';
import { LeaseLost } from '../../../../lambda/shared/authority/migration-authority';
import { EFFECT_LOCK, withToken } from '../../../../lambda/shared/fence/with-token';
import { isConnectionLost } from '../../../../lambda/shared/postgres/classify';
import { withClient } from '../../../support/ledger-database';
import { type LocalPostgres, startPostgres } from '../../../support/postgres';
import { createFencedLedger, dyingSessions, type FencedLedger } from './databases';
import { startWriters } from './writers';

const ACCOUNT = (id: string): string =>
  `INSERT INTO payments.accounts (account_id, kind, owner_id, currency) VALUES ('user/${id}/EUR', 'user', '${id}', 'EUR')`;

const ask = <Row extends object>(settings: ClientConfig, sql: string, values: unknown[] = []): Promise<Row[]> =>
  withClient(settings, async (client) => (await client.query<Row>(sql, values)).rows);

/** What a session says that was ended from outside, in whatever way it noticed. */
const outcome = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'done',
    (error: { code?: string; message: string }) =>
      error.code !== '28000' && isConnectionLost(error) ? 'lost' : (error.code ?? error.message),
  );

describe.each([14, 16] as const)('on PostgreSQL %d', (major) => {
  let server: LocalPostgres;
  let ledger: FencedLedger;
  let epoch = 1;
  let token = 1;

  beforeAll(async () => {
    server = await startPostgres({ major, settings: { max_prepared_transactions: '5' } });
    ledger = await createFencedLedger(server, 'on-prem');
  }, 90_000);
  afterAll(() => server.stop());
  beforeEach(async () => {
    epoch += 10;
    token += 10;
    await ledger.setWriterEpoch({ epoch, writable: true });
    await ask(ledger.superuser, 'ALTER ROLE dms_apply LOGIN');
  });

  const close = (options: { readonly graceMs?: number; readonly epoch?: number } = {}) =>
    ledger.fence().close('on-prem', token, { epoch: epoch + 1, marker: 'forward', graceMs: 5_000, ...options });
  const row = () => ledger.fence().read('on-prem');
  const markers = async (at = epoch + 1) =>
    ask(ledger.reader, 'SELECT marker_id::int AS id, epoch::int FROM payments.drain_marker_forward WHERE epoch = $1', [
      at,
    ]);

  /** A transaction that has written and does not end by itself for a long time. */
  async function longTransaction(settings: ClientConfig, id: string, milliseconds: number): Promise<Promise<string>[]> {
    let begun: () => void = () => undefined;
    const beginning = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const result = outcome(
      withClient(settings, async (client) => {
        await client.query('BEGIN');
        await client.query(ACCOUNT(id));
        begun();
        await sleep(milliseconds);
        await client.query('COMMIT');
      }),
    );
    await beginning;
    // In a list: a promise of a promise is that promise.
    return [result];
  }

  describe('writers at full speed', () => {
    const SLOT = 'audit';
    const ledgerCommits = (lsn: string) =>
      ask<{ after: boolean; marker: boolean }>(
        ledger.superuser,
        `WITH changes AS (
           SELECT xid::text AS xid, lsn, data FROM pg_logical_slot_get_changes('${SLOT}', NULL, NULL)
         ), written AS (
           SELECT xid, bool_or(data LIKE 'table payments.drain_marker_forward:%') AS marker FROM changes
           WHERE data ~ '^table payments.(accounts|transactions|entries|drain_marker_forward):' GROUP BY xid
         )
         SELECT c.lsn > $1::pg_lsn AS after, marker FROM changes AS c JOIN written USING (xid)
         WHERE c.data LIKE 'COMMIT%' ORDER BY c.lsn`,
        [lsn],
      );

    test.each([
      ['that end by themselves', 5_000, 0],
      ['that are not waited for', 0, 0],
      ['and long transactions, which are terminated', 200, 3],
    ])(
      '%s, commit nothing behind the position',
      async (_title, graceMs, long) => {
        await ask(ledger.superuser, `SELECT pg_create_logical_replication_slot('${SLOT}', 'test_decoding')`);
        const writers = startWriters(ledger.app, epoch);
        try {
          while (writers.written() < 300) await sleep(10);
          const stuck: Promise<string>[] = [];
          for (let index = 0; index < long; index += 1) {
            stuck.push(...(await longTransaction(ledger.app, `long-${epoch}-${index}`, 3_000)));
          }
          const { lsn, terminatedSessions } = await close({ graceMs });
          // They go on trying.
          await sleep(300);
          expect(await Promise.all(stuck)).toEqual(Array.from({ length: long }, () => 'lost'));
          expect(terminatedSessions).toBeGreaterThanOrEqual(long);
          expect(graceMs < 5_000 || terminatedSessions === 0).toBe(true);
          expect(writers.codes.get('PW001')).toBeGreaterThan(50);
          expect(await row()).toEqual({ side: 'on-prem', epoch: epoch + 1, writable: false });

          const found = await ledgerCommits(lsn);
          expect(found.length).toBeGreaterThan(300);
          expect(found.filter(({ after }) => after)).toEqual([]);
          // The marker's is the last commit to the ledger that the log holds.
          expect(found.findIndex(({ marker }) => marker)).toBe(found.length - 1);
        } finally {
          await writers.stop();
          await ask(ledger.superuser, `SELECT pg_drop_replication_slot('${SLOT}')`);
        }
      },
      60_000,
    );
  });

  describe('closing', () => {
    test('waits for a writer that ends within the grace', async () => {
      const [result] = await longTransaction(ledger.app, `grace-${epoch}`, 300);
      expect((await close()).terminatedSessions).toBe(0);
      expect(await result).toBe('done');
    });

    test('repeated, finds everything done, and reads a later position', async () => {
      const first = await close();
      const second = await close();
      const [{ later }] = (await ask<{ later: boolean }>(ledger.reader, 'SELECT $1::pg_lsn >= $2::pg_lsn AS later', [
        second.lsn,
        first.lsn,
      ])) as [{ later: boolean }];
      expect(later).toBe(true);
      expect(await markers()).toEqual([{ id: epoch + 1, epoch: epoch + 1 }]);
      expect(await row()).toEqual({ side: 'on-prem', epoch: epoch + 1, writable: false });
    });

    test('of a side that is closed already lifts it and marks it', async () => {
      await close();
      await close({ epoch: epoch + 3 });
      expect(await row()).toEqual({ side: 'on-prem', epoch: epoch + 3, writable: false });
      expect(await markers(epoch + 3)).toHaveLength(1);
    });

    test('at an earlier epoch is refused, and changes nothing', async () => {
      await close({ epoch: epoch + 5 });
      await expect(close()).rejects.toThrow(
        `the ledger on-prem must be at epoch ${epoch + 1} or before to be closed at it, got ${epoch + 5} (closed); another freeze came since`,
      );
      expect(await markers()).toEqual([]);
    });

    test('names a prepared transaction that holds it up, and leaves the side open', async () => {
      await withClient(ledger.app, async (client) => {
        await client.query('BEGIN');
        await client.query(ACCOUNT(`prepared-${epoch}`));
        await client.query(`PREPARE TRANSACTION 'settlement-${epoch}'`);
      });
      try {
        await expect(close({ graceMs: 50 })).rejects.toThrow(
          `the ledger on-prem can be closed when no prepared transaction has written to it, got settlement-${epoch}; end each with COMMIT PREPARED or ROLLBACK PREPARED, then repeat`,
        );
        expect(await row()).toEqual({ side: 'on-prem', epoch, writable: true });
        expect(await markers()).toEqual([]);
      } finally {
        // What is left would hold up every test that follows.
        await ask(ledger.superuser, `COMMIT PREPARED 'settlement-${epoch}'`);
      }
      expect((await close()).terminatedSessions).toBe(0);
    });

    test('names a session that it may not terminate, and leaves the side open', async () => {
      const [result] = await longTransaction(ledger.superuser, `superuser-${epoch}`, 11_000);
      await expect(close({ graceMs: 0 })).rejects.toThrow(
        /^the ledger on-prem must have no writer left after 0 ms, got sessions that this role may not terminate: \d+ of postgres; end them as a superuser, then repeat$/,
      );
      expect(await row()).toEqual({ side: 'on-prem', epoch, writable: true });
      expect(await result).toBe('done');
    });

    test.each([-1, 0.5, Number.NaN])('refuses a grace of %d', async (graceMs) => {
      await expect(close({ graceMs })).rejects.toThrow(`graceMs must be whole milliseconds from 0, got ${graceMs}`);
    });

    test.each([0, -1, 1.5])('refuses the epoch %d', (wrong) => {
      expect(() => close({ epoch: wrong })).toThrow(`epoch must be a whole number from 1, got ${wrong}`);
    });

    test('refuses a database that is the other side', async () => {
      const options = { epoch: epoch + 1, marker: 'reverse', graceMs: 0 } as const;
      await expect(ledger.fence().close('aurora', token, options)).rejects.toThrow(
        'payments.writer_epoch must say that this ledger is aurora, got on-prem; the secret of this side leads to another database',
      );
      expect(await row()).toEqual({ side: 'on-prem', epoch, writable: true });
    });
  });

  describe('opening', () => {
    const open = (at: number) => ledger.fence().open('on-prem', token, at);

    test('comes after closing, at a later epoch, and may be repeated', async () => {
      await close();
      await ledger.fence().proveClosed('on-prem', token, epoch + 1);
      await open(epoch + 2);
      await open(epoch + 2);
      expect(await row()).toEqual({ side: 'on-prem', epoch: epoch + 2, writable: true });
      await ask(ledger.app, ACCOUNT(`opened-${epoch}`));
    });

    test.each([
      ['at the epoch that it was closed at', 1],
      ['at an earlier one', 0],
    ])('is refused %s', async (_title, later) => {
      await close();
      await expect(open(epoch + later)).rejects.toThrow(
        `the ledger on-prem must be closed at an epoch before ${epoch + later} to be opened at it, got closed at epoch ${epoch + 1}; a later move came before this one`,
      );
    });

    test('that is delayed past a later freeze is refused', async () => {
      await close();
      await open(epoch + 2);
      await close({ epoch: epoch + 3 });
      await expect(open(epoch + 2)).rejects.toThrow('a later move came before this one');
      expect((await row()).writable).toBe(false);
    });

    test('of what is open at another epoch is refused', async () => {
      await expect(open(epoch + 1)).rejects.toThrow(`got open at epoch ${epoch}; a later move came before this one`);
    });

    test('is not held up by writers who find it closed', async () => {
      await close();
      const writers = startWriters(ledger.app, epoch + 2);
      while ((writers.codes.get('PW001') ?? 0) < 100) await sleep(10);
      await ledger.fence().proveClosed('on-prem', token, epoch + 1);
      await open(epoch + 2);
      while (writers.written() < 50) await sleep(10);
      await writers.stop();
      expect(writers.written()).toBeGreaterThanOrEqual(50);
    });

    test('of the other side asks whether this one is closed, and lifts it', async () => {
      await expect(ledger.fence().proveClosed('on-prem', token, epoch + 1)).rejects.toThrow(
        `the ledger on-prem must be closed at epoch ${epoch + 1} or before, got open at epoch ${epoch}; close it before the other side is opened`,
      );
      await close();
      await ledger.fence().proveClosed('on-prem', token, epoch + 5);
      await ledger.fence().proveClosed('on-prem', token, epoch + 5);
      expect(await row()).toEqual({ side: 'on-prem', epoch: epoch + 5, writable: false });
      await expect(ledger.fence().proveClosed('on-prem', token, epoch + 4)).rejects.toThrow('got closed at epoch');
      await expect(open(epoch + 5)).rejects.toThrow('a later move came before this one');
    });
  });

  test('a closing that a synchronous standby does not get is no proof, for the standby would be open when it is promoted', async () => {
    const standbys = async (names: string) => {
      await ask(ledger.superuser, `ALTER SYSTEM SET synchronous_standby_names = '${names}'`);
      await ask(ledger.superuser, 'SELECT pg_reload_conf()');
      const shown = async () =>
        (
          await ask<{ shown: string }>(ledger.superuser, `SELECT current_setting('synchronous_standby_names') AS shown`)
        )[0]?.shown;
      while ((await shown()) !== names) await sleep(10);
      // Whether commits wait is told to the sessions by another process, which reads its settings when it likes to.
      await sleep(300);
    };
    await close();
    await standbys('gone');
    try {
      const proof = outcome(ledger.fence().proveClosed('on-prem', token, epoch + 1));
      let ended = false;
      void proof.then(() => {
        ended = true;
      });
      // Somebody sees a session that hangs, and cancels it: the server warns, and reports success.
      while (!ended) {
        await ask(ledger.superuser, `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'`);
        await sleep(50);
      }
      expect(await proof).toBe(
        'what is committed must be on every synchronous standby too, got: canceling wait for synchronous replication due to user request; bring the standby back, or take it out of synchronous_standby_names, then repeat',
      );
    } finally {
      await standbys('');
    }
    await ledger.fence().proveClosed('on-prem', token, epoch + 1);
  });

  test('a marker is written once, whether the side is open or closed, and seen where it is', async () => {
    const fence = ledger.fence();
    expect(await fence.seesMarker('on-prem', 'reverse', epoch)).toBe(false);
    await fence.writeMarker('on-prem', token, 'reverse', epoch);
    await close();
    await fence.writeMarker('on-prem', token, 'reverse', epoch);
    await fence.writeMarker('on-prem', token, 'reverse', epoch + 1);
    expect(await fence.seesMarker('on-prem', 'reverse', epoch)).toBe(true);
    expect(await fence.seesMarker('on-prem', 'reverse', epoch + 1)).toBe(true);
    expect(await fence.seesMarker('on-prem', 'forward', epoch)).toBe(false);
  });

  describe("a plain SQL client in DMS's place", () => {
    const apply = (client: Client, id: string) => client.query(ACCOUNT(id));

    test('writes to a closed side with the exemption, and with it only', async () => {
      await close();
      await withClient(ledger.dms, (client) => apply(client, `exempt-${epoch}`));
      await ask(ledger.superuser, 'ALTER ROLE dms_apply RESET session_replication_role');
      try {
        await withClient(ledger.dms, async (client) => {
          await expect(apply(client, `held-${epoch}`)).rejects.toMatchObject({ code: 'PW001' });
          const marker = `INSERT INTO payments.drain_marker_reverse VALUES (${epoch}, 1)`;
          await expect(client.query(marker)).rejects.toMatchObject({ code: 'PW001' });
        });
      } finally {
        await ask(ledger.superuser, `ALTER ROLE dms_apply SET session_replication_role = 'replica'`);
      }
    });

    test('that is shut out has no session left and gets none, however fast it signs in', async () => {
      let isRunning = true;
      let written = 0;
      const codes = new Set<string>();
      const hammering = Array.from({ length: 6 }, async (_, number) => {
        while (isRunning) {
          const code = await outcome(
            withClient(ledger.dms, async (client) => {
              for (;;) {
                written += 1;
                await apply(client, `dms-${epoch}-${number}-${written}`);
                if (Math.random() < 0.2) return;
              }
            }),
          );
          codes.add(code);
        }
      });
      while (written < 100) await sleep(5);
      await ledger.fence().admitReplication('on-prem', token, false);
      const count = () =>
        ask<{ count: number }>(
          ledger.superuser,
          `SELECT count(*)::int AS count FROM payments.accounts WHERE owner_id LIKE 'dms-${epoch}-%'`,
        );
      const before = await count();
      await sleep(200);
      expect(await count()).toEqual(before);
      isRunning = false;
      await Promise.all(hammering);
      // Its role is not permitted to log in.
      expect([...codes]).toContain('28000');
      await ledger.fence().admitReplication('on-prem', token, false);
      await ledger.fence().admitReplication('on-prem', token, true);
      await withClient(ledger.dms, (client) => apply(client, `back-${epoch}`));
    });
  });

  describe('an executor that was overtaken', () => {
    const effects: readonly (readonly [string, (token: number) => Promise<unknown>])[] = [
      ['close', (old) => ledger.fence().close('on-prem', old, { epoch: epoch + 1, marker: 'forward', graceMs: 0 })],
      ['prove', (old) => ledger.fence().proveClosed('on-prem', old, epoch + 1)],
      ['open', (old) => ledger.fence().open('on-prem', old, epoch + 1)],
      ['admit replication', (old) => ledger.fence().admitReplication('on-prem', old, false)],
      ['mark', (old) => ledger.fence().writeMarker('on-prem', old, 'forward', epoch + 1)],
    ];

    test.each(effects)('cannot %s', async (_title, effect) => {
      await ledger.fence().writeMarker('on-prem', token, 'reverse', epoch + 9);
      await expect(effect(token - 1)).rejects.toThrow(
        new LeaseLost(
          `this database must have seen no token above ${token - 1}, got ${token}: another execution has overtaken this one, which does nothing more`,
        ),
      );
      expect(await row()).toEqual({ side: 'on-prem', epoch, writable: true });
      expect(await markers()).toEqual([]);
      await withClient(ledger.dms, (client) => client.query('SELECT 1'));
    });

    /** One that has begun its effect and goes on with it until it is told, or ended. */
    const hanging = async (own: number, until: Promise<unknown>): Promise<Promise<string>[]> => {
      let begun: () => void = () => undefined;
      const beginning = new Promise<void>((resolve) => {
        begun = resolve;
      });
      const result = outcome(
        withClient(ledger.migrator, (client) =>
          withToken(client, own, async () => {
            begun();
            await until;
            await client.query('SELECT 1');
          }),
        ),
      );
      await beginning;
      return [result];
    };

    test('and hangs in its effect is ended after a while', async () => {
      let go: () => void = () => undefined;
      const [result] = await hanging(
        token,
        new Promise<void>((resolve) => {
          go = resolve;
        }),
      );
      const began = Date.now();
      const fence = ledger.fence({ overtakenMs: 200 });
      await fence.writeMarker('on-prem', token + 1, 'forward', epoch + 1);
      expect(Date.now() - began).toBeGreaterThanOrEqual(200);
      go();
      expect(await result).not.toBe('done');
      expect(await markers()).toHaveLength(1);
    });

    test('and comes while the later one has its effect is refused at once, and ends nobody', async () => {
      const [result] = await hanging(token + 1, sleep(500));
      const fence = ledger.fence({ overtakenMs: 0, sameMs: 0 });
      await expect(fence.writeMarker('on-prem', token, 'forward', epoch)).rejects.toBeInstanceOf(LeaseLost);
      expect(await result).toBe('done');
    });

    test('is another thing than a repetition under the same lease, which waits', async () => {
      const [result] = await hanging(token, sleep(500));
      const fence = ledger.fence({ overtakenMs: 0 });
      await fence.writeMarker('on-prem', token, 'forward', epoch + 1);
      expect(await result).toBe('done');
      expect(await markers()).toHaveLength(1);
    });

    test('leaves no lock behind', async () => {
      await withClient(ledger.migrator, async (client) => {
        await expect(withToken(client, token, () => Promise.reject(new Error('effect')))).rejects.toThrow('effect');
        await expect(withToken(client, 1, () => Promise.resolve())).rejects.toBeInstanceOf(LeaseLost);
        const { rows } = await client.query(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = $1`, [
          EFFECT_LOCK[0],
        ]);
        expect(rows).toEqual([]);
      });
    });

    test.each([0, -1, 1.5, Number.NaN])('does not come with the token %d', async (wrong) => {
      await withClient(ledger.migrator, async (client) => {
        await expect(withToken(client, wrong, () => Promise.resolve())).rejects.toThrow(
          `token must be a whole number from 1, got ${wrong}`,
        );
      });
    });
  });

  test('interrupted before any of their statements, closing, proving and opening are completed by a repetition', async () => {
    let interrupted = 0;
    for (let last = 1; ; last += 1) {
      const before = epoch;
      const dying = ledger.fence({ sessions: dyingSessions(ledger.migrator, last) });
      const options = { epoch: before + 1, marker: 'forward', graceMs: 1_000 } as const;
      const deaths = [
        await outcome(dying.close('on-prem', token, options)),
        await outcome(ledger.fence().close('on-prem', token, options)),
        await outcome(dying.proveClosed('on-prem', token, before + 1)),
        await outcome(ledger.fence().proveClosed('on-prem', token, before + 1)),
        await outcome(dying.open('on-prem', token, before + 2)),
        await outcome(ledger.fence().open('on-prem', token, before + 2)),
      ];
      expect(deaths.filter((_death, index) => index % 2 === 1)).toEqual(['done', 'done', 'done']);
      expect(await row()).toEqual({ side: 'on-prem', epoch: before + 2, writable: true });
      expect(await markers(before + 1)).toHaveLength(1);
      epoch = before + 2;
      if (deaths.every((death) => death === 'done')) break;
      interrupted += 1;
    }
    expect(interrupted).toBeGreaterThan(10);
  }, 120_000);
});
