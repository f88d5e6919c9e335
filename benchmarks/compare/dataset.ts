import { Client, type ClientConfig } from 'pg';
import { type LocalPostgres, startPostgres } from '../../__tests__/support/postgres';

/** The schema that the benchmark fills. */
export const SCHEMA = 'bench';
/** Payments in the order of their keys, as an identity column or a time makes them. */
export const TABLE = 'payments';
/** The same payments by a random key (UUID version 4), in the order of their arrival. */
export const RANDOM_TABLE = 'payments_by_uuid';

/** The columns of both tables. */
export const COLUMNS = [
  'id',
  'transaction_id',
  'client_id',
  'idempotency_key',
  'origin',
  'user_id',
  'merchant_id',
  'amount',
  'currency',
  'currency_exponent',
  'requested_at',
  'booked_at',
  'booked_epoch',
] as const;

const TYPES = `id bigint NOT NULL, transaction_id uuid NOT NULL, client_id varchar(128) NOT NULL,
  idempotency_key varchar(255) NOT NULL, origin varchar(8) NOT NULL, user_id varchar(64) NOT NULL, merchant_id varchar(64) NOT NULL,
  amount bigint NOT NULL, currency varchar(3) NOT NULL, currency_exponent smallint NOT NULL,
  requested_at timestamptz NOT NULL, booked_at timestamptz NOT NULL, booked_epoch bigint NOT NULL`;

/** One row a number; the same on every server. */
const ROWS = `SELECT n, md5(n::text)::uuid, 'client-' || n % 50, md5('key ' || n), 'aws', 'user-' || n % 100000, 'merchant-' || n % 5000,
  n % 100000 + 1, 'EUR', 2, timestamptz '2026-01-01 00:00Z' + n * interval '1 second',
  timestamptz '2026-01-01 00:00Z' + n * interval '1.001 second', 1 FROM generate_series($1::bigint, $2::bigint) AS n`;

const BATCH = 200_000;
/** Of these every row in so many is changed, missing, or one too many. */
export const DIFFERENCES = 100;

/** The two servers with the same rows. */
export interface Dataset {
  readonly source: LocalPostgres;
  readonly target: LocalPostgres;
  readonly sourceUrl: string;
  readonly targetUrl: string;
  /** Fills the tables up to so many rows, on both sides at once. */
  grow(rows: number): Promise<void>;
  /** Makes 100 rows of the target's first table differ: changed, missing and added ones, spread evenly. */
  injectDifferences(): Promise<void>;
  stop(): Promise<void>;
}

/** PostgreSQL 14 as the source, 16 as the target. */
export async function startDataset({ randomKeys }: { readonly randomKeys: boolean }): Promise<Dataset> {
  const settings = { shared_buffers: '256MB', max_wal_size: '4GB', wal_level: 'minimal', max_wal_senders: '0' };
  const [source, target] = await Promise.all([
    startPostgres({ major: 14, settings }),
    startPostgres({ major: 16, settings }),
  ]);
  const tables = [TABLE, ...(randomKeys ? [RANDOM_TABLE] : [])];
  const both = (work: (client: Client) => Promise<unknown>) =>
    Promise.all([source, target].map((server) => withClient(server.superuser, work)));
  let filled = 0;
  await both(async (client) => {
    await client.query(`CREATE SCHEMA ${SCHEMA}`);
    for (const table of tables) await client.query(`CREATE TABLE ${SCHEMA}.${table} (${TYPES})`);
  });
  return {
    source,
    target,
    sourceUrl: urlOf(source),
    targetUrl: urlOf(target),
    grow: async (rows) => {
      await both(async (client) => {
        for (const table of tables) await fill(client, table, filled, rows);
      });
      filled = rows;
    },
    injectDifferences: () => withClient(target.superuser, (client) => inject(client, filled)),
    stop: async () => {
      await Promise.all([source.stop(), target.stop()]);
    },
  };
}

async function fill(client: Client, table: string, from: number, to: number): Promise<void> {
  for (let first = from + 1; first <= to; first += BATCH) {
    await client.query(`INSERT INTO ${SCHEMA}.${table} ${ROWS}`, [first, Math.min(first + BATCH - 1, to)]);
  }
  if (from === 0) {
    await client.query(
      `ALTER TABLE ${SCHEMA}.${table} ADD PRIMARY KEY (${table === RANDOM_TABLE ? 'transaction_id' : 'id'})`,
    );
  }
  await client.query(`VACUUM (ANALYZE) ${SCHEMA}.${table}`);
}

async function inject(client: Client, rows: number): Promise<void> {
  const step = Math.floor(rows / DIFFERENCES);
  const every = `id % ${step} = 7`;
  const table = `${SCHEMA}.${TABLE}`;
  await client.query(`UPDATE ${table} SET amount = amount + 1 WHERE ${every} AND id / ${step} % 3 = 0`);
  await client.query(`DELETE FROM ${table} WHERE ${every} AND id / ${step} % 3 = 1`);
  // Keys that the source does not have, between those that it has, are negative: their order is that of the others.
  await client.query(
    `INSERT INTO ${table} SELECT -id, ${COLUMNS.slice(1).join(', ')} FROM ${table} WHERE id % ${step} = 8 AND id / ${step} % 3 = 2`,
  );
  await client.query(`VACUUM (ANALYZE) ${table}`);
}

async function withClient<Result>(config: ClientConfig, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client(config);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const urlOf = ({ superuser, port }: LocalPostgres): string =>
  `postgresql://${superuser.user}:${encodeURIComponent(superuser.password)}@127.0.0.1:${port}/${superuser.database}?sslmode=disable`;
