import { PAGES } from '../pages';
import { sqlWord } from '../names';
import { type Hit, rule, type Rule } from '../rule';

/** The newest version that DMS reads, and the first that it reads changes of. */
const OLDEST_SOURCE = 90_400;
const NEWEST_SOURCE_MAJOR = 17;

const hit = (unsafe: boolean, object: string, value: Hit['value'], fix?: string): Hit[] =>
  unsafe ? [{ object, value, ...(fix === undefined ? {} : { fix }) }] : [];

/** What follows a setting that the server reads at its start. */
const RESTART = 'then restart the server';

/** Rules about the source's server. */
export const SERVER_RULES: readonly Rule[] = [
  rule(
    ['server'],
    {
      id: 'source-version',
      severity: 'blocker',
      reason: 'DMS reads PostgreSQL 9.4 to 17; of another version it may lose what it does not know',
      fix: 'upgrade the source to a version that DMS lists, or wait for a release of DMS that lists this one',
      page: PAGES.sources,
    },
    ({ server: { versionNumber } }) =>
      hit(
        versionNumber < OLDEST_SOURCE || versionNumber >= (NEWEST_SOURCE_MAJOR + 1) * 10_000,
        'server_version_num',
        versionNumber,
      ),
  ),
  rule(
    ['server'],
    {
      id: 'standby',
      severity: 'blocker',
      reason: 'a replica has no slot that DMS can use and takes no heartbeat',
      fix: 'name the primary in --source and in the endpoint',
      page: PAGES.sourceLimits,
    },
    ({ server: { inRecovery } }) => hit(inRecovery, 'pg_is_in_recovery()', inRecovery),
  ),
  rule(
    ['server'],
    {
      id: 'proxy',
      severity: 'blocker',
      reason: 'there is no CDC through a proxy or pooler, and settings of a session do not stay with it',
      fix: "name the server itself in --source and in the endpoint, not the pooler's port",
      page: PAGES.sourceLimits,
    },
    ({ server: { proxied } }) => hit(proxied, 'the connection', true),
  ),
  rule(
    ['server'],
    {
      id: 'wal-level',
      severity: 'blocker',
      reason: 'otherwise there is no CDC; the change takes a restart',
      fix: `ALTER SYSTEM SET wal_level = 'logical'; ${RESTART}`,
      page: PAGES.source,
    },
    ({ server: { walLevel } }) => hit(walLevel !== 'logical', 'wal_level', walLevel),
  ),
  rule(
    ['server', 'slots'],
    {
      id: 'max-replication-slots',
      severity: 'blocker',
      reason:
        'a task without one does not start, and the new slot of a rollback is made while the old one still exists',
      fix: `ALTER SYSTEM SET max_replication_slots = <in use + tasks + 1>; ${RESTART}`,
      page: PAGES.source,
    },
    ({ server: { maxReplicationSlots }, slots: { slots } }, { tasks }) =>
      hit(
        maxReplicationSlots - slots.length < tasks + 1,
        'max_replication_slots',
        `${maxReplicationSlots}, ${slots.length} in use`,
        `ALTER SYSTEM SET max_replication_slots = ${slots.length + tasks + 1}; ${RESTART}`,
      ),
  ),
  rule(
    ['server', 'slots'],
    {
      id: 'max-wal-senders',
      severity: 'blocker',
      reason:
        'a task without one does not start, and the new slot of a rollback is made while the old one still exists',
      fix: `ALTER SYSTEM SET max_wal_senders = <in use + tasks + 1>; ${RESTART}`,
      page: PAGES.source,
    },
    ({ server: { maxWalSenders }, slots: { walSenders } }, { tasks }) =>
      hit(
        maxWalSenders - walSenders < tasks + 1,
        'max_wal_senders',
        `${maxWalSenders}, ${walSenders} in use`,
        `ALTER SYSTEM SET max_wal_senders = ${walSenders + tasks + 1}; ${RESTART}`,
      ),
  ),
  rule(
    ['capture'],
    {
      id: 'wal-sender-timeout',
      severity: 'blocker',
      reason: 'a shorter one cuts DMS off while it is busy, a longer one keeps dead connections that hold the slot',
      fix: "ALTER ROLE <capture role> SET wal_sender_timeout = '60s'",
      page: PAGES.source,
    },
    ({ capture: { role, settings } }) => {
      const value = settings.walSenderTimeoutMs ?? 0;
      return hit(
        value !== 0 && (value < 10_000 || value > 300_000),
        `wal_sender_timeout of ${role}`,
        `${value} ms`,
        `ALTER ROLE ${sqlWord(role)} SET wal_sender_timeout = '60s'`,
      );
    },
  ),
  rule(
    ['capture'],
    {
      id: 'idle-in-transaction',
      severity: 'blocker',
      reason: 'the server ends the sessions that DMS loads tables with',
      fix: 'ALTER ROLE <capture role> SET idle_in_transaction_session_timeout = 0',
      page: PAGES.source,
    },
    ({ capture: { role, settings } }) =>
      hit(
        (settings.idleInTransactionTimeoutMs ?? 0) !== 0,
        `idle_in_transaction_session_timeout of ${role}`,
        `${settings.idleInTransactionTimeoutMs ?? 0} ms`,
        `ALTER ROLE ${sqlWord(role)} SET idle_in_transaction_session_timeout = 0`,
      ),
  ),
  rule(
    ['capture'],
    {
      id: 'statement-timeout',
      severity: 'warning',
      reason: 'the server ends a statement of the load that takes longer, and the task with it',
      fix: 'ALTER ROLE <capture role> SET statement_timeout = 0',
      page: PAGES.client,
    },
    ({ capture: { role, settings } }) =>
      hit(
        (settings.statementTimeoutMs ?? 0) !== 0,
        `statement_timeout of ${role}`,
        `${settings.statementTimeoutMs ?? 0} ms`,
        `ALTER ROLE ${sqlWord(role)} SET statement_timeout = 0`,
      ),
  ),
  rule(
    ['capture'],
    {
      id: 'read-only-default',
      severity: 'blocker',
      reason: 'DMS could not write its heartbeat: an idle slot then pins WAL until the disk is full',
      fix: 'ALTER ROLE <capture role> SET default_transaction_read_only = off',
      page: PAGES.client,
    },
    ({ capture: { role, settings } }) =>
      hit(
        settings.readOnly === true,
        `default_transaction_read_only of ${role}`,
        true,
        `ALTER ROLE ${sqlWord(role)} SET default_transaction_read_only = off`,
      ),
  ),
  rule(
    ['server'],
    {
      id: 'slot-wal',
      severity: 'blocker',
      reason:
        'without limit a stopped task fills the disk and stops payments; with one the slot is lost and the load starts anew',
      fix: 'put an alarm on the WAL that slots hold back (pg_replication_slots), then run this with --slot-alarm',
      page: PAGES.replicationSettings,
    },
    ({ server: { maxSlotWalKeepMib } }, { slotAlarm }) =>
      hit(
        !slotAlarm,
        'max_slot_wal_keep_size',
        maxSlotWalKeepMib === -1 ? 'without limit' : `${maxSlotWalKeepMib} MiB`,
      ),
  ),
  rule(
    ['server'],
    {
      id: 'server-encoding',
      severity: 'warning',
      reason: 'DMS carries text as Unicode: what the encoding cannot be converted from stops the task or changes',
      fix: "move the data into a database made with ENCODING 'UTF8', or prove with a test load that every text arrives",
      page: PAGES.encodings,
    },
    ({ server: { encoding } }) => hit(encoding !== 'UTF8', 'server_encoding', encoding),
  ),
];
