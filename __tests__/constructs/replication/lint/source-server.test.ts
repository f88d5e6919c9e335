import { describe, expect, test } from '@jest/globals';
import { REPLICATION_LIMITS } from '../../../../constructs/database';
import { lintSourceServer, type SourceServerParameters } from '../../../../constructs/replication/lint';
import { SOURCE_SERVER_RULES } from '../../../../constructs/replication/lint/source-server-rules';

const SAFE: SourceServerParameters = {
  wal_level: 'logical',
  max_replication_slots: 3,
  max_wal_senders: 3,
  wal_sender_timeout: 0,
  idle_in_transaction_session_timeout: 0,
  max_slot_wal_keep_size: 20_480,
};
const CONTEXT = { tasks: 2, slotAlarm: true };

const CASES: readonly (readonly [
  rule: string,
  setting: keyof SourceServerParameters,
  unsafe: readonly unknown[],
  safe: readonly unknown[],
])[] = [
  ['wal-level', 'wal_level', ['replica', undefined], ['logical']],
  ['max-replication-slots', 'max_replication_slots', [2, undefined], [3, 10]],
  ['max-wal-senders', 'max_wal_senders', [2, undefined], [3, 10]],
  ['wal-sender-timeout', 'wal_sender_timeout', [9999, 300_001, undefined], [0, 10_000, 300_000]],
  ['idle-in-transaction', 'idle_in_transaction_session_timeout', [60_000, undefined], [0]],
];

describe('the linter of the source server', () => {
  test('finds nothing in a server that is ready', () => {
    expect(lintSourceServer(SAFE, CONTEXT)).toEqual([]);
  });

  test('finds room on Aurora for the way back, and for what another team replicates', () => {
    const { slots: max_replication_slots, walSenders: max_wal_senders } = REPLICATION_LIMITS;
    expect(
      lintSourceServer({ ...SAFE, max_replication_slots, max_wal_senders }, { tasks: 4, slotAlarm: true }),
    ).toEqual([]);
  });

  test('is tested rule by rule', () => {
    expect([...CASES.map(([rule]) => rule), 'slot-wal']).toEqual(SOURCE_SERVER_RULES.map(({ id }) => id));
  });

  test.each(CASES.flatMap(([rule, setting, unsafe]) => unsafe.map((value) => [rule, setting, value] as const)))(
    '%s refuses %s %p',
    (rule, setting, value) => {
      expect(lintSourceServer({ ...SAFE, [setting]: value }, CONTEXT).map((found) => found.rule)).toEqual([rule]);
    },
  );

  test.each(CASES.flatMap(([rule, setting, , safe]) => safe.map((value) => [rule, setting, value] as const)))(
    '%s accepts %s %p',
    (_, setting, value) => {
      expect(lintSourceServer({ ...SAFE, [setting]: value }, CONTEXT)).toEqual([]);
    },
  );

  test.each([-1, 20_480])('slot-wal wants an alarm for max_slot_wal_keep_size %p, bounded or not', (size) => {
    const parameters = { ...SAFE, max_slot_wal_keep_size: size };
    expect(lintSourceServer(parameters, CONTEXT)).toEqual([]);
    expect(lintSourceServer(parameters, { ...CONTEXT, slotAlarm: false })).toMatchObject([
      { rule: 'slot-wal', value: size, must: 'must be watched by an alarm on the WAL that slots hold back' },
    ]);
  });

  test('says how many slots the tasks take', () => {
    expect(lintSourceServer({ ...SAFE, max_replication_slots: 1 }, CONTEXT)).toMatchObject([
      { must: 'must be at least 3 (one a task and a spare, beyond those in use)', value: 1 },
    ]);
  });
});
