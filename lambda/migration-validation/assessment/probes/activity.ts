import type { Client } from 'pg';
import type { ActivityFacts } from '../facts-model';
import { type Reading, rowOf, rowsOf } from './probe';

const LONG = `
  SELECT pid, coalesce(usename, '') AS user, coalesce(state, backend_type) AS state,
    round(extract(epoch FROM clock_timestamp() - xact_start)::numeric, 1)::float8 AS seconds
  FROM pg_stat_activity
  WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid()
    AND backend_type NOT IN ('walsender', 'autovacuum worker')
    AND clock_timestamp() - xact_start >= make_interval(secs => $1::float8)
  ORDER BY xact_start`;

/** Without pg_read_all_stats nothing is shown of other roles' sessions but that they are there. */
const HIDDEN = `
  SELECT count(*)::int AS hidden FROM pg_stat_activity
  WHERE query = '<insufficient privilege>' AND (datid IS NOT NULL OR usesysid IS NOT NULL)`;

const PREPARED = `
  SELECT gid, owner::text, round(extract(epoch FROM clock_timestamp() - prepared)::numeric, 1)::float8 AS seconds
  FROM pg_prepared_xacts WHERE database = current_database() ORDER BY prepared`;

/** Reads what is going on: long transactions, of all databases, because they hold back WAL for all; prepared ones. */
export async function readActivity(
  client: Client,
  { longTransactionSeconds, user }: { readonly longTransactionSeconds: number; readonly user: string },
): Promise<Reading<ActivityFacts>> {
  const longTransactions = await rowsOf<ActivityFacts['longTransactions'][number]>(client, LONG, [
    longTransactionSeconds,
  ]);
  const { hidden } = await rowOf<{ hidden: number }>(client, HIDDEN);
  const preparedTransactions = await rowsOf<ActivityFacts['preparedTransactions'][number]>(client, PREPARED);
  const unseen = {
    id: 'long-transaction',
    object: `${hidden} sessions of other roles`,
    reason: `${user} may not see since when they are in a transaction`,
    fix: `GRANT pg_read_all_stats TO ${user}`,
  };
  return {
    value: { longTransactions, hiddenSessions: hidden, preparedTransactions },
    unknown: hidden > 0 ? [unseen] : [],
  };
}
