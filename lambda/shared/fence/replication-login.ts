import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Side } from '../authority/authority';
import { codeOf } from '../postgres/classify';
import { ExplainedError } from '../runtime/error-fields';

/** What replication writes a target with. */
export const APPLY_ROLE = 'dms_apply';

const POLL_MS = 20;
/** How long its sessions may take to end, and whoever is signing in meanwhile to be in. */
const LIMIT_MS = 10_000;

/**
 * Sessions of the role, and those of nobody yet. Who signs in is looked up in a transaction that begins before it and ends when the
 * session can be seen in pg_stat_activity, so a process that has a transaction there and no session here may be
 * one of the role's that began before it was shut out.
 */
const SESSIONS = `
  SELECT pid, true AS "isIn" FROM pg_stat_activity WHERE usename = $1
  UNION ALL
  SELECT l.pid, false FROM pg_locks AS l
  WHERE l.locktype = 'virtualxid' AND l.pid IS NOT NULL AND NOT EXISTS (SELECT FROM pg_stat_activity AS a WHERE a.pid = l.pid)`;

/** Lets replication sign in. */
export async function admitReplication(client: Client, side: Side): Promise<void> {
  try {
    await client.query('SELECT migration_control.admit_replication(true)');
  } catch (cause) {
    if (codeOf(cause) !== '42704') throw cause;
    throw new ExplainedError(
      `the ledger ${side} must have the role ${APPLY_ROLE} to be replicated to, got none; run ledger-migration with the secret of replication`,
      { cause },
    );
  }
}

/** Shuts replication out of a side, and returns when none of its sessions is left and none can come. */
export async function shutReplicationOut(client: Client, side: Side): Promise<void> {
  await client.query('SELECT migration_control.admit_replication(false)');
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const { rows } = await client.query<{ pid: number; isIn: boolean }>(SESSIONS, [APPLY_ROLE]);
    if (rows.length === 0) return;
    if (Date.now() > deadline) {
      const pids = rows.map(({ pid, isIn }) => `${pid}${isIn ? '' : ' (signing in)'}`).join(', ');
      throw new ExplainedError(
        `no session of ${APPLY_ROLE} must be left on the ledger ${side} after ${LIMIT_MS} ms, got ${pids}; stop what signs in anew (a subscription that it owns is disabled, not terminated), then repeat`,
      );
    }
    for (const { pid, isIn } of rows) if (isIn) await client.query('SELECT pg_terminate_backend($1)', [pid]);
    await sleep(POLL_MS);
  }
}
