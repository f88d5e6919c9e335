import type { Client } from 'pg';
import { findSlot, type LogicalSlot } from '../slots';
import { readSubscription, type Subscription } from './subscription';

/** What the source of a direction shows. */
export interface SourceFacts {
  /** Where its WAL ends. */
  readonly lsn: string;
  /** @default it does not exist */
  readonly slot?: LogicalSlot;
  /** The state of the process that sends: `startup`, `catchup`, `streaming`. @default nothing is connected */
  readonly sender?: string;
  /** How long the target takes to have applied what was sent, in seconds. @default it has everything, or is not connected */
  readonly replayLagSeconds?: number;
  /** Rows of each published table, as the server estimates them. */
  readonly published: readonly { readonly table: string; readonly rows: number }[];
}

/** What the target of a direction shows. */
export interface TargetFacts {
  /** @default it does not exist */
  readonly subscription?: Subscription;
  /** Tables that are subscribed: `i` to be copied, `d` being copied, `f`, `s` copied, `r` ready. */
  readonly tables: readonly { readonly table: string; readonly state: string; readonly copied: number }[];
  /** The process that applies. @default none runs */
  readonly workerPid?: number;
  /** Errors of apply and copy since the subscription was created; version 14 does not count them. */
  readonly errors?: number;
}

const SENDER = `
  SELECT pg_current_wal_lsn()::text AS lsn,
    (SELECT s.state FROM pg_stat_replication AS s WHERE s.application_name = $1 ORDER BY s.pid LIMIT 1) AS sender,
    (SELECT extract(epoch FROM s.replay_lag)::float8 FROM pg_stat_replication AS s
     WHERE s.application_name = $1 ORDER BY s.pid LIMIT 1) AS lag
`;

const PUBLISHED = `
  SELECT format('%I.%I', p.schemaname, p.tablename) AS "table", greatest(c.reltuples, 0)::float8 AS rows
  FROM pg_publication_tables AS p
  JOIN pg_namespace AS n ON n.nspname = p.schemaname
  JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = p.tablename
  WHERE p.pubname = $1
  ORDER BY 1
`;

const SUBSCRIBED = `
  SELECT format('%I.%I', n.nspname, c.relname) AS "table", r.srsubstate::text AS state,
    coalesce((SELECT sum(p.tuples_processed) FROM pg_stat_progress_copy AS p WHERE p.relid = r.srrelid), 0)::float8 AS copied
  FROM pg_subscription_rel AS r
  JOIN pg_class AS c ON c.oid = r.srrelid
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE r.srsubid = $1
  ORDER BY 1
`;

const WORKER = 'SELECT pid FROM pg_stat_subscription WHERE subid = $1 AND relid IS NULL AND pid IS NOT NULL';
const ERRORS =
  'SELECT (apply_error_count + sync_error_count)::float8 AS errors FROM pg_stat_subscription_stats WHERE subid = $1';
/** The first version that counts errors of subscriptions. */
const COUNTS_ERRORS = 150_000;

/** @param name of slot, subscription and publication */
export async function readSource(client: Client, name: string): Promise<SourceFacts> {
  const { rows } = await client.query<{ lsn: string; sender: string | null; lag: number | null }>(SENDER, [name]);
  const [row] = rows;
  if (row === undefined) throw new Error('a query without a table must return one row, got none');
  const slot = await findSlot(client, name);
  const published = await client.query<{ table: string; rows: number }>(PUBLISHED, [name]);
  return {
    lsn: row.lsn,
    ...(slot === undefined ? {} : { slot }),
    ...(row.sender === null ? {} : { sender: row.sender }),
    ...(row.lag === null ? {} : { replayLagSeconds: row.lag }),
    published: published.rows,
  };
}

/** @param name of slot, subscription and publication */
export async function readTarget(client: Client, name: string): Promise<TargetFacts> {
  const subscription = await readSubscription(client, name);
  if (subscription === undefined) return { tables: [] };
  const tables = await client.query<TargetFacts['tables'][number]>(SUBSCRIBED, [subscription.oid]);
  const worker = await client.query<{ pid: number }>(WORKER, [subscription.oid]);
  const [version] = (
    await client.query<{ number: number }>("SELECT current_setting('server_version_num')::int4 AS number")
  ).rows;
  const counted =
    (version?.number ?? 0) < COUNTS_ERRORS
      ? undefined
      : (await client.query<{ errors: number }>(ERRORS, [subscription.oid])).rows[0]?.errors;
  return {
    subscription,
    tables: tables.rows,
    ...(worker.rows[0] === undefined ? {} : { workerPid: worker.rows[0].pid }),
    ...(counted === undefined ? {} : { errors: counted }),
  };
}
