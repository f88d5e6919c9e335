import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import { ensureMigratorRole } from '../../lambda/ledger-migration/migrator-role';
import { ensureReplicationRole } from '../../lambda/ledger-migration/replication-role';
import { PostgresSchemaChecks } from '../../lambda/migration-steps/adapters/postgres-schema-checks';
import { PostgresSequences } from '../../lambda/migration-steps/adapters/postgres-sequences';
import type { StepDependencies } from '../../lambda/migration-steps/step-table';
import { type Side, SIDES } from '../../lambda/shared/authority/authority';
import { AUTHORITY_KEY } from '../../lambda/shared/authority/dynamodb-authority';
import { DynamoDbMigrationAuthority } from '../../lambda/shared/authority/dynamodb-migration-authority';
import { PostgresFence } from '../../lambda/shared/fence/postgres-fence';
import { PostgresLedger } from '../../lambda/shared/ledger/postgres-ledger';
import type { Payment } from '../../lambda/shared/ledger/ledger';
import { DynamoDbProgressBoard } from '../../lambda/shared/migration/dynamodb-progress-board';
import { safeIntegers } from '../../lambda/shared/postgres/safe-integers';
import { NativeReplication } from '../../lambda/shared/replication/native/native-replication';
import type { Clock } from '../../lambda/shared/runtime/clock';
import { systemClock } from '../../lambda/shared/runtime/system-clock';
import { createPair, type Pair, sessionTo, startServers } from '../lambda/shared/replication/support';
import { type LocalDynamoDb, startDynamoDb } from '../support/dynamodb';
import { withClient } from '../support/ledger-database';
import { MachineWorld } from './support/machine-world';

jest.setTimeout(120_000);

let pair: Pair;
let dynamodb: LocalDynamoDb;

beforeAll(async () => {
  const [servers, local] = await Promise.all([startServers(), startDynamoDb()]);
  dynamodb = local;
  pair = await createPair(servers);
  for (const side of SIDES) {
    await withClient(pair.databases[side].superuser, async (client) => {
      await ensureReplicationRole(client);
      await ensureMigratorRole(client);
      await client.query(`ALTER ROLE payments_migrator PASSWORD 'secret'`);
    });
  }
  await dynamodb.client.send(
    new PutCommand({
      TableName: dynamodb.stateTable,
      Item: { ...AUTHORITY_KEY, authority: 'on-prem', epoch: 1 },
    }),
  );
});

afterAll(async () => {
  await Promise.all([pair.stop(), dynamodb.stop()]);
});

const payment = (transactionId: string, clientId: string): Payment => ({
  transactionId,
  timestamp: Date.now(),
  clientId,
  idempotencyKey: transactionId,
  userId: 'user-1',
  merchantId: 'merchant-1',
  amount: 100,
  currency: 'EUR',
  currencyExponent: 2,
});

/** Pays as fast as the ledger answers: each payment is tried until it is booked where authority says. */
class Payer {
  readonly booked: string[] = [];
  /** When each booking was answered, in milliseconds since 1970. */
  readonly at: number[] = [];
  private running = true;
  private readonly end: Promise<void>;
  private readonly clients: Client[] = [];

  constructor(
    private readonly name: string,
    private readonly authority: DynamoDbMigrationAuthority,
  ) {
    this.end = this.pay();
  }

  async stop(): Promise<void> {
    this.running = false;
    await this.end;
    await Promise.all(this.clients.map((client) => client.end()));
  }

  private async ledger(side: Side): Promise<PostgresLedger> {
    const client = new Client({ ...pair.databases[side].app, types: safeIntegers });
    client.on('error', () => undefined);
    await client.connect();
    this.clients.push(client);
    return new PostgresLedger(side, { run: (unit) => unit(client) });
  }

  private async pay(): Promise<void> {
    const ledgers = { 'on-prem': await this.ledger('on-prem'), aurora: await this.ledger('aurora') };
    while (this.running) {
      const id = randomUUID();
      for (let done = false; !done;) {
        try {
          const { authority, epoch } = await this.authority.read();
          if (authority === 'frozen') throw new Error('frozen');
          await ledgers[authority].book(payment(id, this.name), epoch);
          done = true;
          this.booked.push(id);
          this.at.push(Date.now());
        } catch {
          await sleep(2);
        }
      }
      await sleep(2);
    }
  }
}

/** Looks at both rows at one moment after the other, all the time. */
class Watch {
  twoWriters = 0;
  looks = 0;
  private running = true;
  private readonly end: Promise<void>;

  constructor() {
    this.end = this.look();
  }

  async stop(): Promise<void> {
    this.running = false;
    await this.end;
  }

  private async look(): Promise<void> {
    const open = async (client: Client): Promise<boolean> =>
      (await client.query<{ writable: boolean }>('SELECT writable FROM payments.writer_epoch')).rows[0]?.writable ===
      true;
    await withClient(pair.databases['on-prem'].superuser, (home) =>
      withClient(pair.databases.aurora.superuser, async (aurora) => {
        while (this.running) {
          // Open before and after the other one was seen open: both were open at once.
          if ((await open(home)) && (await open(aurora)) && (await open(home))) this.twoWriters += 1;
          this.looks += 1;
          await sleep(1);
        }
      }),
    );
  }
}

const transactionsOn = async (side: Side): Promise<string[]> =>
  (await pair.query<{ id: string }>(side, 'SELECT transaction_id AS id FROM payments.transactions')).map(
    ({ id }) => id,
  );

/** Real time, but that the pauses of the machines are skipped. */
class SkippingClock implements Clock {
  private skipped = 0;

  now = (): number => systemClock.now() + this.skipped;
  sleep = (milliseconds: number): Promise<void> => systemClock.sleep(milliseconds);

  skip = async (seconds: number): Promise<void> => {
    this.skipped += seconds * 1000;
    await sleep(50);
  };
}

function portsOn(authority: DynamoDbMigrationAuthority, clock: Clock): Partial<StepDependencies> {
  const { client, stateTable } = dynamodb;
  const as = (settings: ClientConfig) => sessionTo({ ...settings, user: 'payments_migrator', password: 'secret' });
  const migrators = () => ({
    'on-prem': as(pair.databases['on-prem'].superuser),
    aurora: as(pair.databases.aurora.superuser),
  });
  const [sessions, second] = [migrators(), migrators()];
  return {
    clock,
    authority,
    progress: new DynamoDbProgressBoard(client, stateTable, clock),
    fence: new PostgresFence({ sessions: (side) => sessions[side], second: (side) => second[side] }),
    replication: new NativeReplication({
      sessions: pair.sessions,
      connectionTo: pair.connectionTo,
      prefix: 'payments',
      clock: systemClock,
    }),
    sequences: new PostgresSequences({ sessions: pair.sessions }),
    checks: new PostgresSchemaChecks(pair.sessions, ['payments']),
    budget: { seconds: 30, graceMs: 500 },
    probe: {
      accept: async (key) => {
        const { authority: side, epoch } = await authority.read();
        if (side === 'frozen') throw new Error('nothing is open');
        const transactionId = `00000000-0000-4000-8000-${`${epoch}`.padStart(12, '0')}`;
        await withClient({ ...pair.databases[side].app, types: safeIntegers }, (app) =>
          new PostgresLedger(side, { run: (unit) => unit(app) }).book(payment(transactionId, key), epoch),
        );
        return { transactionId };
      },
      rejection: () => Promise.resolve(undefined),
      isSeen: async (ledger, { transactionId }) =>
        (await pair.query(ledger, 'SELECT FROM payments.transactions WHERE transaction_id = $1', [transactionId]))
          .length > 0,
    },
  };
}

/** Compares the ledgers as the comparison's last word would: which transactions are on which side. */
async function compareLedgers(): Promise<Readonly<Record<string, unknown>>> {
  const [home, aurora] = [new Set(await transactionsOn('on-prem')), new Set(await transactionsOn('aurora'))];
  const differ = [...home].filter((id) => !aurora.has(id)).length + [...aurora].filter((id) => !home.has(id)).length;
  const word = differ === 0 ? 'equal' : 'different';
  return { verdict: word, ledger: word, reasons: differ === 0 ? [] : [`${differ} transactions`], report: 's3://x' };
}

test('moves the ledger of PostgreSQL 14 to 16, back, and there again, under payments', async () => {
  const machines = MachineWorld.fresh('native');
  const clock = new SkippingClock();
  const authority = new DynamoDbMigrationAuthority({
    client: dynamodb.client,
    tableName: dynamodb.stateTable,
    executions: { isRunning: (execution) => Promise.resolve(machines.world.running.has(execution)) },
    clock,
  });
  machines.replace(portsOn(authority, clock), compareLedgers, { now: clock.now(), onPause: clock.skip });
  const payers = ['a', 'b', 'c', 'd'].map((name) => new Payer(name, authority));
  const watch = new Watch();
  const ends: string[] = [];
  const freezes: number[] = [];
  const run = async (machine: Parameters<MachineWorld['run']>[0], input?: unknown): Promise<void> => {
    const { end, failure } = await machines.run(machine, { input });
    ends.push(failure === undefined ? `${machine} ${end}` : `${machine} ${end}: ${failure.cause}`);
    await sleep(150);
  };
  await sleep(200);
  await run('replicate');
  for (const to of [10, 50, 100]) await run('advance', { to });
  for (const machine of ['cutover', 'rollback'] as const) {
    const since = Date.now();
    await run(machine);
    freezes.push(longestGap(payers, since));
  }
  for (const to of [10, 50, 100]) await run('advance', { to });
  await run('cutover');
  await clock.skip(machines.settings.rollbackWindowHours * 3600);
  await run('finish');
  await Promise.all(payers.map((payer) => payer.stop()));
  await watch.stop();
  expect(ends).toEqual(
    [
      'replicate',
      'advance',
      'advance',
      'advance',
      'cutover',
      'rollback',
      'advance',
      'advance',
      'advance',
      'cutover',
      'finish',
    ].map((machine) => `${machine} Succeed`),
  );
  expect(await authority.record()).toMatchObject({ authority: 'aurora', epoch: 7 });
  const booked = payers.flatMap((payer) => payer.booked);
  const stored = await transactionsOn('aurora');
  const lost = booked.filter((id) => !stored.includes(id));
  const entries = await pair.query<{ id: string; count: number }>(
    'aurora',
    'SELECT transaction_id AS id, count(*)::int AS count FROM payments.entries GROUP BY 1 HAVING count(*) <> 2',
  );
  expect({ lost, doubled: entries, twoWriters: watch.twoWriters }).toEqual({ lost: [], doubled: [], twoWriters: 0 });
  expect(new Set(booked).size).toBe(booked.length);
  expect(watch.looks).toBeGreaterThan(100);
  process.stdout.write(
    `booked ${booked.length}, lost ${lost.length}, doubled ${entries.length}; nobody could pay for ${freezes[0]} ms in the cutover, for ${freezes[1]} ms in the rollback\n`,
  );
});

/** The longest time in which nobody could pay, in milliseconds. */
function longestGap(payers: readonly Payer[], since: number): number {
  const times = payers.flatMap(({ at }) => at.filter((time) => time >= since)).sort((a, b) => a - b);
  return Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? time)));
}
