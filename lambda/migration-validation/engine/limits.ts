import type { RowComparisonOptions } from '../rows/run';
import type { Limits } from './pacing';
import { POSITION_SQL } from './position';
import type { Query } from './connect';

const MIB = 1024 * 1024;

/** Logical slots that still hold WAL, the furthest behind first. */
const LAG_SQL = `
  SELECT slot_name AS slot, pg_wal_lsn_diff(${POSITION_SQL}, confirmed_flush_lsn)::text AS bytes
  FROM pg_replication_slots
  WHERE slot_type = 'logical' AND confirmed_flush_lsn IS NOT NULL AND coalesce(wal_status, '') <> 'lost'
  ORDER BY confirmed_flush_lsn LIMIT 1`;

/** The comparison's own sessions are not what it waits for. */
const ACTIVE_SQL = `
  SELECT count(*)::int AS active FROM pg_stat_activity
  WHERE state = 'active' AND backend_type = 'client backend' AND pid <> pg_backend_pid()
    AND NOT (usename = current_user AND application_name = current_setting('application_name'))`;

const SEES_OTHERS_SQL = `SELECT pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS allowed, current_user AS role`;

/**
 * What says when the source has to be left alone.
 * @param query asks the source
 * @returns undefined when no limit was asked for
 * @throws Error before anything is compared, when a limit cannot be read
 */
export async function loadLimits(
  query: Query,
  { maxLagMib, maxActiveSessions }: Pick<RowComparisonOptions, 'maxLagMib' | 'maxActiveSessions'>,
): Promise<Limits | undefined> {
  const lag = maxLagMib === undefined ? undefined : await lagLimit(query, maxLagMib);
  const sessions = maxActiveSessions === undefined ? undefined : await sessionLimit(query, maxActiveSessions);
  if (lag === undefined && sessions === undefined) return undefined;
  return async () => (await lag?.()) ?? (await sessions?.());
}

async function lagLimit(query: Query, maxLagMib: number): Promise<Limits> {
  const read = async () => (await query<{ slot: string; bytes: string }>(LAG_SQL))[0];
  if ((await read()) === undefined) {
    throw new Error(
      'maxLagMib must have a logical replication slot on the source to measure, got none; leave the option out',
    );
  }
  return async () => {
    const furthest = await read();
    const behind = Number(furthest?.bytes ?? 0) / MIB;
    if (furthest === undefined || behind <= maxLagMib) return undefined;
    return `the slot ${furthest.slot} is ${behind.toFixed(1)} MiB behind, more than ${maxLagMib}`;
  };
}

async function sessionLimit(query: Query, maxActiveSessions: number): Promise<Limits> {
  const [sees] = await query<{ allowed: boolean; role: string }>(SEES_OTHERS_SQL);
  if (sees?.allowed !== true) {
    throw new Error(
      `maxActiveSessions must have a role that sees other sessions, got ${sees?.role ?? 'an unknown one'}; ` +
        `on the source GRANT pg_monitor TO ${sees?.role ?? 'it'}, or leave the option out`,
    );
  }
  return async () => {
    const [row] = await query<{ active: number }>(ACTIVE_SQL);
    const active = row?.active ?? 0;
    return active <= maxActiveSessions
      ? undefined
      : `${active} sessions are active on the source, more than ${maxActiveSessions}`;
  };
}
