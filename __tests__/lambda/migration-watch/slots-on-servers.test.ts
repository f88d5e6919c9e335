import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { findOrphans } from '../../../lambda/migration-watch/find-orphans';
import type { Side } from '../../../lambda/shared/authority/authority';
import type { MigrationRecord } from '../../../lambda/shared/authority/migration-authority';
import { dmsReplicationFrom } from '../../../lambda/shared/replication/dms/dms-settings';
import { FakeDms } from '../../support/fake-dms';
import { ManualClock } from '../../support/manual-clock';
import { createPair, type Pair, startServers } from '../shared/replication/support';
import { recordingPorts } from '../shared/stream/fixtures';

jest.setTimeout(60_000);

const LOAD_SLOT = 'fullloadandcdc1_00016401_4d2f5e46_0fa0_4b14_b8d9_1dd2be9d2d45';

let pair: Pair;
const dms = new FakeDms({
  onStart: async (arn, type) => {
    if (arn.includes('FULLLOAD') && type === 'start-replication') await create('on-prem', LOAD_SLOT);
  },
});
const settings = {
  LOAD_TASK_ARN: dms.create('full-load-and-cdc1-test', 'full-load-and-cdc'),
  FORWARD_TASK_ARN: dms.create('forward-cdc-test', 'cdc'),
  REVERSE_TASK_ARN: dms.create('reverse-cdc-test', 'cdc'),
  FORWARD_SLOT: 'dms_forward_test',
  REVERSE_SLOT: 'dms_reverse_test',
};

beforeAll(async () => {
  pair = await createPair(await startServers());
});
afterAll(() => pair.stop());

const create = (side: Side, slot: string) =>
  pair.query(side, "SELECT pg_create_logical_replication_slot($1, 'test_decoding')", [slot]);
const slotsOf = (side: Side) => pair.query(side, 'SELECT slot_name FROM pg_replication_slots ORDER BY 1');

async function orphans(authority: MigrationRecord['authority']) {
  const clock = new ManualClock(1_000_000);
  const ports = recordingPorts();
  const { orphans: found } = await findOrphans({
    ...ports,
    authority: { record: () => Promise.resolve({ authority, epoch: 1, lastToken: 0 }) },
    replication: dmsReplicationFrom(settings, { client: dms.client, sessions: pair.sessions, clock }),
    knownSlots: ['known_to_the_dba'],
    clock,
  });
  return { found, names: found.map(({ side, slot }) => `${side} ${slot}`), ...ports };
}

test('slots on PostgreSQL 14 and 16 are found by who may write, and none is dropped', async () => {
  const replication = dmsReplicationFrom(settings, {
    client: dms.client,
    sessions: pair.sessions,
    clock: { now: () => 0 },
  });
  await replication.startLoad();
  await dms.settle();
  await dms.finishLoad(settings.LOAD_TASK_ARN);
  await replication.resume('forward');
  await dms.settle();
  await create('on-prem', 'known_to_the_dba');
  expect((await orphans('on-prem')).names).toEqual([]);

  await create('on-prem', 'nobodys');
  await create('aurora', settings.REVERSE_SLOT);
  await create('aurora', 'nobodys');
  await pair.query('on-prem', 'CREATE TABLE wal AS SELECT generate_series(1, 10000)');
  const before = [await slotsOf('on-prem'), await slotsOf('aurora')];
  const onPrem = await orphans('on-prem');
  expect(onPrem.names).toEqual(['on-prem nobodys', 'aurora dms_reverse_test', 'aurora nobodys']);
  expect(onPrem.found[0]?.retainedBytes).toBeGreaterThan(100_000);
  expect(onPrem.counts).toEqual({ OrphanedReplicationSlots: 3 });
  expect(onPrem.lines.map(({ fields }) => fields['slot'])).toEqual(['nobodys', 'dms_reverse_test', 'nobodys']);

  // What is frozen may have both, and aurora keeps the forward one until the way back is given up.
  expect((await orphans('frozen')).names).toEqual(['on-prem nobodys', 'aurora nobodys']);
  expect((await orphans('aurora')).names).toEqual(['on-prem nobodys', 'aurora nobodys']);
  expect([await slotsOf('on-prem'), await slotsOf('aurora')]).toEqual(before);

  await pair.query('aurora', 'SELECT pg_drop_replication_slot($1)', [settings.REVERSE_SLOT]);
  expect((await orphans('aurora')).names).toEqual([`on-prem ${LOAD_SLOT}`, 'on-prem nobodys', 'aurora nobodys']);
});
