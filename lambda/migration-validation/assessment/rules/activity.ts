import { escapeLiteral } from 'pg';
import { PAGES } from '../pages';
import { rule, type Rule } from '../rule';

/** Rules about what is going on: slots, transactions. */
export const ACTIVITY_RULES: readonly Rule[] = [
  rule(
    ['slots'],
    {
      id: 'slot-inactive',
      severity: 'warning',
      reason: 'nobody reads it, and it holds back the WAL of the whole server until the disk is full',
      fix: "SELECT pg_drop_replication_slot('<slot>'), when nobody needs it any more; else start its reader",
      page: PAGES.replicationSlots,
    },
    ({ slots: { slots } }) =>
      slots
        .filter(({ active, walStatus }) => !active && walStatus !== 'lost')
        .map(({ name, retainedWalMib }) => ({
          object: name,
          value: `${retainedWalMib} MiB held back`,
          fix: `SELECT pg_drop_replication_slot(${escapeLiteral(name)}), when nobody needs it any more; else start its reader`,
        })),
  ),
  rule(
    ['slots'],
    {
      id: 'slot-lost',
      severity: 'warning',
      reason: 'what it had to read is gone: whoever reads it has to copy everything anew',
      fix: "SELECT pg_drop_replication_slot('<slot>'); raise max_slot_wal_keep_size before the next",
      page: PAGES.replicationSlots,
    },
    ({ slots: { slots } }) =>
      slots
        .filter(({ walStatus }) => walStatus === 'lost' || walStatus === 'unreserved')
        .map(({ name, walStatus }) => ({
          object: name,
          value: walStatus,
          fix: `SELECT pg_drop_replication_slot(${escapeLiteral(name)}); raise max_slot_wal_keep_size before the next`,
        })),
  ),
  rule(
    ['slots'],
    {
      id: 'slot-retained-wal',
      severity: 'warning',
      reason: 'its reader is behind: the disk fills, and the new task has to share what is left',
      fix: 'let its reader catch up, or find out why it does not',
      page: PAGES.replicationSlots,
    },
    ({ slots: { slots } }, { retainedWalMib: limit }) =>
      slots
        .filter(({ active, retainedWalMib }) => active && retainedWalMib > limit)
        .map(({ name, retainedWalMib }) => ({ object: name, value: `${retainedWalMib} MiB held back` })),
  ),
  rule(
    ['activity'],
    {
      id: 'long-transaction',
      severity: 'warning',
      reason: "a new slot waits for it to end, and the slot's restart_lsn stays behind it",
      fix: 'end it: SELECT pg_terminate_backend(<pid>); and see why it stays open',
      page: PAGES.sourceLimits,
    },
    ({ activity: { longTransactions } }) =>
      longTransactions.map(({ pid, user, state, seconds }) => ({
        object: `process ${pid}${user === '' ? '' : ` of ${user}`}`,
        value: `${state}, ${Math.round(seconds)} s`,
        fix: `end it: SELECT pg_terminate_backend(${pid}); and see why it stays open`,
      })),
  ),
  rule(
    ['activity'],
    {
      id: 'prepared-transaction',
      severity: 'blocker',
      reason: 'DMS does not support them: what they write is not captured, and a slot waits for them',
      fix: "COMMIT PREPARED '<gid>' or ROLLBACK PREPARED '<gid>'",
      page: PAGES.assessments,
    },
    ({ activity: { preparedTransactions } }) =>
      preparedTransactions.map(({ gid, owner, seconds }) => ({
        object: gid,
        value: `of ${owner}, ${Math.round(seconds)} s`,
        fix: `COMMIT PREPARED ${escapeLiteral(gid)} or ROLLBACK PREPARED ${escapeLiteral(gid)}`,
      })),
  ),
  rule(
    ['server'],
    {
      id: 'prepared-transactions-allowed',
      severity: 'warning',
      reason: 'software may prepare transactions at any time, and DMS does not support them',
      fix: 'ALTER SYSTEM SET max_prepared_transactions = 0; then restart the server, when no software prepares any',
      page: PAGES.preparedTransactions,
    },
    ({ server: { maxPreparedTransactions: value } }) =>
      value > 0 ? [{ object: 'max_prepared_transactions', value }] : [],
  ),
];
