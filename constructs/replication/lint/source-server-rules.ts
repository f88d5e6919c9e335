import { PAGES } from './pages';
import type { SettingRule } from './setting-rules';

/** Parameters of the source's server, as `SHOW` prints them but for units: times in milliseconds, sizes in MiB. */
export interface SourceServerParameters {
  readonly wal_level: string;
  readonly max_replication_slots: number;
  readonly max_wal_senders: number;
  /** In milliseconds; 0 is never. */
  readonly wal_sender_timeout: number;
  /** In milliseconds, as it applies to the capture role; 0 is never. */
  readonly idle_in_transaction_session_timeout: number;
  /** In MiB; -1 is without limit. */
  readonly max_slot_wal_keep_size: number;
}

/** What a source's server is judged by. */
export interface SourceServerContext {
  /** The tasks that read from it at the same time: each takes a slot and a sender. */
  readonly tasks: number;
  /** Whether an alarm watches how much WAL the slots hold back. */
  readonly slotAlarm: boolean;
}

type ServerRule = SettingRule<SourceServerContext>;

const hasSpare = (value: unknown, { tasks }: SourceServerContext): boolean =>
  typeof value === 'number' && value >= tasks + 1;

/** Every rule about the server of a source. */
export const SOURCE_SERVER_RULES: readonly ServerRule[] = [
  {
    id: 'wal-level',
    setting: 'wal_level',
    safe: ['logical'],
    severity: 'error',
    reason: 'otherwise there is no CDC; the change takes a restart',
    page: PAGES.source,
  },
  ...(['max_replication_slots', 'max_wal_senders'] as const).map((setting): ServerRule => ({
    id: setting.replaceAll('_', '-'),
    setting,
    safe: hasSpare,
    must: ({ tasks }) => `must be at least ${tasks + 1} (one a task and a spare, beyond those in use)`,
    severity: 'error',
    reason: 'a task without one does not start, and the new slot of a rollback is made while the old one still exists',
    page: PAGES.source,
  })),
  {
    id: 'wal-sender-timeout',
    setting: 'wal_sender_timeout',
    safe: (value) => value === 0 || (typeof value === 'number' && value >= 10_000 && value <= 300_000),
    must: 'must be 0 or from 10000 to 300000 (milliseconds)',
    severity: 'error',
    reason: 'a shorter one cuts DMS off while it is busy, a longer one keeps dead connections that hold the slot',
    page: PAGES.source,
  },
  {
    id: 'idle-in-transaction',
    setting: 'idle_in_transaction_session_timeout',
    safe: [0],
    must: 'must be 0 for the capture role',
    severity: 'error',
    reason: 'the server ends the sessions that DMS loads tables with',
    page: PAGES.source,
  },
  {
    id: 'slot-wal',
    setting: 'max_slot_wal_keep_size',
    safe: (_, { slotAlarm }) => slotAlarm,
    must: 'must be watched by an alarm on the WAL that slots hold back',
    severity: 'error',
    reason:
      'without limit a stopped task fills the disk and stops payments; with one the slot is lost and the load starts anew',
    page: PAGES.postgresqlReplication,
  },
];
