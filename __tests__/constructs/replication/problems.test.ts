import { describe, expect, test } from '@jest/globals';
import { Lazy } from 'cdktf';
import { instanceProblems, type InstanceSettings } from '../../../constructs/replication/instance-problems';
import { replicationProblems, type ReplicationSettings } from '../../../constructs/replication/replication-problems';
import { problemText } from '../../../constructs/validation/problem';

const INSTANCE: InstanceSettings = {
  subnetIds: ['subnet-1', 'subnet-2'],
  instanceClass: 'dms.r5.xlarge',
  allocatedStorageGib: 500,
};

const ofInstance = (overrides: Partial<InstanceSettings>): string[] =>
  instanceProblems({ ...INSTANCE, ...overrides }).map(problemText);

describe('the rules of a replication instance', () => {
  test('accept what the environments use', () => {
    expect(ofInstance({})).toEqual([]);
    expect(ofInstance({ instanceClass: 'dms.t3.medium', allocatedStorageGib: 5 })).toEqual([]);
    expect(ofInstance({ instanceClass: 'dms.c7i.24xlarge', allocatedStorageGib: 6144 })).toEqual([]);
    expect(ofInstance({ engineVersion: '3.6.1', maintenanceWindow: 'mon:23:30-tue:00:30' })).toEqual([]);
  });

  test.each([4, 6145, 5.5, Number.NaN])('refuse %p GiB', (allocatedStorageGib) => {
    expect(ofInstance({ allocatedStorageGib })).toEqual([
      `allocatedStorageGib must be an integer from 5 to 6144 (GiB), got ${allocatedStorageGib}; choose a value in that range`,
    ]);
  });

  test('refuse a size that the family does not have', () => {
    expect(ofInstance({ instanceClass: 'dms.t3.2xlarge' })).toEqual([
      'instanceClass must be of a size that DMS offers for dms.t3: micro, small, medium, large, got "dms.t3.2xlarge"; choose one that DMS offers in the region',
    ]);
    expect(ofInstance({ instanceClass: 'dms.r5.micro' })).toHaveLength(1);
    expect(ofInstance({ instanceClass: 'dms.c5.18xlarge' })).toEqual([]);
  });

  test.each(['dms.r4.large', 'r5.large', 'db.r5.large', ''])('refuse the class %p', (instanceClass) => {
    expect(ofInstance({ instanceClass })).toEqual([
      `instanceClass must be an instance class of DMS, as dms.r5.xlarge, got "${instanceClass}"; choose one that DMS offers in the region`,
    ]);
  });

  test.each([
    ['3.6.0', false],
    ['3.5.4', false],
    ['2.9.9', false],
    ['3.6', false],
    ['latest', false],
    ['3.6.1', true],
    ['3.6.2', true],
    ['3.7.0', true],
    ['4.0.0', true],
  ])('version %s is accepted: %p', (engineVersion, accepted) => {
    expect(ofInstance({ engineVersion })).toEqual(
      accepted
        ? []
        : [
            `engineVersion must be a version of DMS from 3.6.1, got "${engineVersion}"; ` +
              'run aws dms describe-orderable-replication-instances',
          ],
    );
  });

  test('refuse one subnet and a window of another form, together', () => {
    expect(ofInstance({ subnetIds: ['subnet-1'], maintenanceWindow: '03:00-04:00' })).toEqual([
      'subnetIds must hold at least 2 subnets, in different zones, got ["subnet-1"]; give the private subnets',
      'maintenanceWindow must be a weekly window in UTC, ddd:hh:mm-ddd:hh:mm, of at least 30 minutes, ' +
        'got "03:00-04:00"; write it as sun:04:30-sun:05:30',
    ]);
  });
});

const REPLICATION: ReplicationSettings = {
  schemas: ['payments'],
  source: { host: 'db.example.com', cidrs: ['192.168.0.0/16'] },
  target: { port: 5432 },
};

const ofReplication = (overrides: Partial<ReplicationSettings>): string[] =>
  replicationProblems({ ...REPLICATION, ...overrides }).map(problemText);

describe('the rules of a replication', () => {
  test('accept the bounds of every range', () => {
    expect(ofReplication({})).toEqual([]);
    expect(ofReplication({ lobMaxSizeKib: 1, maxFullLoadSubTasks: 1, target: { port: 1 } })).toEqual([]);
    expect(ofReplication({ lobMaxSizeKib: 102_400, maxFullLoadSubTasks: 49, target: { port: 65_535 } })).toEqual([]);
    expect(ofReplication({ source: { host: '192.168.10.20', cidrs: [] } })).toEqual([]);
  });

  test.each([
    [{ lobMaxSizeKib: 0 }, 'lobMaxSizeKib must be an integer from 1 to 102400 (KiB), got 0'],
    [{ lobMaxSizeKib: 102_401 }, 'lobMaxSizeKib must be an integer from 1 to 102400 (KiB), got 102401'],
    [{ maxFullLoadSubTasks: 0 }, 'maxFullLoadSubTasks must be an integer from 1 to 49 (tables at a time), got 0'],
    [{ maxFullLoadSubTasks: 50 }, 'maxFullLoadSubTasks must be an integer from 1 to 49 (tables at a time), got 50'],
    [{ target: { port: 0 } }, 'target.port must be an integer from 1 to 65535 (TCP port), got 0'],
    [{ target: { port: 65_536 } }, 'target.port must be an integer from 1 to 65535 (TCP port), got 65536'],
    [
      { source: { ...REPLICATION.source, port: 1.5 } },
      'source.port must be an integer from 1 to 65535 (TCP port), got 1.5',
    ],
  ])('refuse %j', (overrides, message) => {
    expect(ofReplication(overrides)).toEqual([`${message}; choose a value in that range`]);
  });

  test('refuse a token for a port: it would be a large negative number in names', () => {
    expect(ofReplication({ target: { port: Lazy.numberValue({ produce: () => 5432 }) } })).toEqual([
      'target.port must be an integer from 1 to 65535 (TCP port), got "a token"; choose a value in that range',
    ]);
  });

  test('refuse no schema, and a host name without its networks', () => {
    expect(ofReplication({ schemas: [], source: { host: 'db.example.com', cidrs: [] } })).toEqual([
      'schemas must hold at least one schema, got []; name those of the payments',
      'source.cidrs must hold at least one network where source.host is a name, got []; give the on-premises networks',
    ]);
  });
});
