import type { Client } from 'pg';
import type { SlotFacts } from '../facts-model';
import { rowOf, rowsOf } from './probe';

const SLOTS = `
  SELECT slot_name AS name, coalesce(plugin, '') AS plugin, slot_type AS type, active, coalesce(wal_status, 'unknown') AS "walStatus",
    coalesce(round(pg_wal_lsn_diff(
      CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END, restart_lsn
    ) / 1048576.0, 1), 0)::float8 AS "retainedWalMib"
  FROM pg_replication_slots ORDER BY slot_name`;

/** Reads replication slots and senders: every role may see how many there are. */
export async function readSlots(client: Client): Promise<SlotFacts> {
  const slots = await rowsOf<SlotFacts['slots'][number]>(client, SLOTS);
  const { senders } = await rowOf<{ senders: number }>(
    client,
    'SELECT count(*)::int AS senders FROM pg_stat_get_wal_senders()',
  );
  return { slots, walSenders: senders };
}
