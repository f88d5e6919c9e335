import { describe, expect, test } from '@jest/globals';
import {
  acuProblems,
  AURORA_ENGINE_MAJORS,
  AURORA_INSTANCE_SIZES,
  backupRetentionProblems,
  capacityProblems,
  databaseNameProblems,
  databaseUserProblems,
  DEFAULT_AURORA_ENGINE_VERSION,
  engineVersionProblems,
  insightsRetentionProblems,
  instanceClassProblems,
  masterUsernameProblems,
  parseEngineVersion,
  readerCountProblems,
  slowQueryProblems,
  windowProblems,
} from '../../../constructs/database';
import { type Problem, problemText } from '../../../constructs/validation/problem';

const texts = (problems: readonly Problem[]): string[] => problems.map(problemText);

describe('the engine version', () => {
  test('is by default the long-term support minor of major 16', () => {
    expect(DEFAULT_AURORA_ENGINE_VERSION).toBe('16.8');
    expect(AURORA_ENGINE_MAJORS).toEqual([14, 15, 16, 17]);
  });

  test.each(['14.6', '15.10', '16.8', '17.7'])('may be %s', (version) => {
    expect(engineVersionProblems(version)).toEqual([]);
  });

  test('is taken apart into major and minor', () => {
    expect(parseEngineVersion('14.12')).toEqual({ major: 14, minor: 12 });
  });

  test.each(['13.9', '18.1', '16', '16.', '16.8.1', 'v16.8', '16.x', '', '116.8', '16.100'])(
    'may not be "%s"',
    (version) => {
      expect(texts(engineVersionProblems(version))).toEqual([
        `engineVersion must be major and minor version of Aurora PostgreSQL 14, 15, 16, 17, such as 16.8, got "${version}"; choose one that aws rds describe-db-engine-versions --engine aurora-postgresql lists`,
      ]);
      expect(parseEngineVersion(version)).toBeUndefined();
    },
  );
});

describe('an instance class', () => {
  const every = Object.entries(AURORA_INSTANCE_SIZES).flatMap(([family, sizes]) =>
    sizes.map((size) => `db.${family}.${size}`),
  );

  test.each(every)('may be %s', (instanceClass) => {
    expect(instanceClassProblems('field', instanceClass)).toEqual([]);
  });

  test('holds those that the environments use', () => {
    expect(every).toEqual(
      expect.arrayContaining(['db.r6g.xlarge', 'db.r6g.large', 'db.t4g.medium', 'db.r8g.48xlarge']),
    );
  });

  test.each([
    ['db.t3.micro', 'db.t3: medium, large'],
    ['db.r6g.24xlarge', 'db.r6g: large, xlarge, 2xlarge, 4xlarge, 8xlarge, 12xlarge, 16xlarge'],
  ])('may not be %s, a size that Aurora does not have', (instanceClass, sizes) => {
    expect(texts(instanceClassProblems('capacity.writerInstanceClass', instanceClass))).toEqual([
      `capacity.writerInstanceClass must be of a size that Aurora PostgreSQL offers for ${sizes}, got "${instanceClass}"; choose one, such as db.r6g.large or, for little, db.t4g.medium`,
    ]);
  });

  test.each(['db.m5.large', 'db.serverless', 'r6g.large', 'db.constructor.large', ''])(
    'may not be "%s", of no family of Aurora',
    (instanceClass) => {
      expect(texts(instanceClassProblems('capacity.readerInstanceClass', instanceClass))).toEqual([
        `capacity.readerInstanceClass must be an instance class of Aurora PostgreSQL, of the family t3, t4g, r5, r6g, r6i, r7g, r7i, r8g, x2g, got "${instanceClass}"; choose one, such as db.r6g.large or, for little, db.t4g.medium`,
      ]);
    },
  );
});

describe('the limits of Serverless v2', () => {
  test.each([
    [0, 1, '16.8'],
    [0.5, 1, '16.8'],
    [2, 2, '16.8'],
    [256, 256, '16.8'],
    [0.5, 128, '14.3'],
    [0.5, 256, '14.10'],
    [0, 256, '14.12'],
    [0, 256, '15.7'],
    [0, 256, '16.3'],
    [0, 256, '17.4'],
  ])('may be %d to %d ACUs on %s', (minAcu, maxAcu, version) => {
    expect(acuProblems(minAcu, maxAcu, version)).toEqual([]);
  });

  test.each([
    [-0.5, '16.8', '0 to 256'],
    [0.3, '16.8', '0 to 256'],
    [256.5, '16.8', '0 to 256'],
    [NaN, '16.8', '0 to 256'],
    [Infinity, '16.8', '0 to 256'],
    [0, '14.11', '0.5 to 256'],
    [0, '15.6', '0.5 to 256'],
    [0, '16.2', '0.5 to 256'],
    [0, '14.9', '0.5 to 128'],
  ])('may not begin at %d on %s', (minAcu, version, range) => {
    expect(texts(acuProblems(minAcu, 64, version))).toEqual([
      `capacity.minAcu must be from ${range} in steps of 0.5 (ACUs) on ${version}, got ${minAcu}; choose such a value`,
    ]);
  });

  test.each([
    [0, '16.8', '1 to 256'],
    [0.5, '16.8', '1 to 256'],
    [1.2, '16.8', '1 to 256'],
    [256.5, '16.8', '1 to 256'],
    [NaN, '16.8', '1 to 256'],
    [128.5, '14.9', '1 to 128'],
    [128.5, '15.4', '1 to 128'],
  ])('may not end at %d on %s', (maxAcu, version, range) => {
    expect(texts(acuProblems(0.5, maxAcu, version))).toEqual([
      `capacity.maxAcu must be from ${range} in steps of 0.5 (ACUs) on ${version}, got ${maxAcu}; choose such a value`,
    ]);
  });

  test('may not be the wrong way round', () => {
    expect(texts(acuProblems(4, 3.5, '16.8'))).toEqual([
      'capacity.maxAcu must be at least minAcu (4), got 3.5; raise it, or lower minAcu',
    ]);
  });

  test.each([
    ['14.2', '14.3'],
    ['15.1', '15.2'],
    ['16.0', '16.1'],
    ['17.3', '17.4'],
  ])('do not exist on %s', (version, first) => {
    expect(texts(acuProblems(0.5, 2, version))).toEqual([
      `engineVersion must be at least ${first} for Serverless v2, got "${version}"; raise it, or choose provisioned capacity`,
    ]);
  });

  test('are not judged on an unknown version, which has its own problem', () => {
    expect(acuProblems(-1, -2, '13.9')).toEqual([]);
  });
});

describe('a number of readers', () => {
  test.each([0, 1, 15])('may be %d', (count) => {
    expect(readerCountProblems(count)).toEqual([]);
  });

  test.each([-1, 16, 1.5, NaN])('may not be %d', (count) => {
    expect(texts(readerCountProblems(count))).toEqual([
      `capacity.readerCount must be an integer from 0 to 15 (instances), got ${count}; choose a value in that range`,
    ]);
  });
});

describe('a capacity', () => {
  test('reports everything that is wrong with provisioned instances at once', () => {
    const problems = capacityProblems(
      { mode: 'provisioned', writerInstanceClass: 'db.t3.micro', readerInstanceClass: 'db.x1.large', readerCount: 16 },
      '16.8',
    );
    expect(problems.map(({ field }) => field)).toEqual([
      'capacity.writerInstanceClass',
      'capacity.readerInstanceClass',
      'capacity.readerCount',
    ]);
  });

  test('reports everything that is wrong with Serverless v2 at once', () => {
    const problems = capacityProblems({ mode: 'serverless', minAcu: -1, maxAcu: 300, readerCount: -1 }, '16.8');
    expect(problems.map(({ field }) => field)).toEqual(['capacity.minAcu', 'capacity.maxAcu', 'capacity.readerCount']);
  });
});

describe('the backup retention', () => {
  test.each([7, 35])('may be %d days', (days) => {
    expect(backupRetentionProblems(days)).toEqual([]);
  });

  test.each([0, 6, 36, 7.5, NaN])('may not be %d days', (days) => {
    expect(texts(backupRetentionProblems(days))).toEqual([
      `backupRetentionDays must be an integer from 7 to 35 (days), got ${days}; choose a value in that range`,
    ]);
  });
});

describe('the backup and maintenance windows', () => {
  const DAILY = 'must be a daily window in UTC, hh:mm-hh:mm, of at least 30 minutes';
  const WEEKLY = 'must be a weekly window in UTC, ddd:hh:mm-ddd:hh:mm, of at least 30 minutes';

  test.each([
    ['03:00-04:00', 'sun:04:00-sun:05:00', 'one ends where the other begins'],
    ['03:00-04:00', 'sun:02:00-sun:03:00', 'the other way round'],
    ['23:45-00:15', 'sun:00:15-sun:00:45', 'the backup runs past midnight'],
    ['03:00-03:30', 'sun:23:30-mon:00:30', 'maintenance runs into Monday'],
  ])('may be %s and %s: %s', (backup, maintenance) => {
    expect(windowProblems(backup, maintenance)).toEqual([]);
  });

  test.each([
    ['03:00-04:00', 'sun:03:59-sun:05:00'],
    ['03:00-04:00', 'wed:02:00-wed:03:01'],
    ['03:00-04:00', 'wed:03:00-wed:04:00'],
    ['03:00-04:00', 'wed:02:00-wed:05:00'],
    ['02:00-05:00', 'wed:03:00-wed:04:00'],
    ['23:45-00:15', 'mon:00:00-mon:00:30'],
    ['00:00-00:30', 'sun:23:30-mon:00:30'],
    ['12:00-12:30', 'mon:13:00-tue:13:00'],
  ])('may not share a minute: %s and %s', (backup, maintenance) => {
    expect(texts(windowProblems(backup, maintenance))).toEqual([
      `maintenanceWindow must not overlap backupWindow (${backup}), got "${maintenance}"; move one of them`,
    ]);
  });

  test.each(['03:00-03:29', '03:00-03:00', '24:00-01:00', '3:00-4:00', '03:00', '03:60-04:30', ''])(
    'may not have the backup at "%s"',
    (backup) => {
      expect(texts(windowProblems(backup, 'sun:04:30-sun:05:30'))).toEqual([
        `backupWindow ${DAILY}, got "${backup}"; write it as 03:00-04:00`,
      ]);
    },
  );

  test.each([
    'sun:04:30-sun:04:59',
    'Sun:04:30-Sun:05:30',
    '04:30-05:30',
    'sun:04:30-05:30',
    'xyz:04:30-sun:05:30',
    '',
  ])('may not have maintenance at "%s"', (maintenance) => {
    expect(texts(windowProblems('03:00-04:00', maintenance))).toEqual([
      `maintenanceWindow ${WEEKLY}, got "${maintenance}"; write it as sun:04:30-sun:05:30`,
    ]);
  });

  test('are both reported where both are malformed', () => {
    expect(windowProblems('never', 'ever').map(({ field }) => field)).toEqual(['backupWindow', 'maintenanceWindow']);
  });

  test('may be 30 minutes long each', () => {
    expect(windowProblems('03:00-03:30', 'sun:04:30-sun:05:00')).toEqual([]);
  });
});

describe('names in the database', () => {
  const RULE = '1 to 63 lower-case letters, digits and _, starting with a letter';

  test.each(['payment_admin', 'postgres', 'a', 'x'.repeat(63)])('the master user may be %s', (name) => {
    expect(masterUsernameProblems(name)).toEqual([]);
  });

  test.each(['admin', 'rdsadmin', 'rds_superuser', 'pg_monitor', 'user', 'Admin', '1st', 'a-b', '', 'x'.repeat(64)])(
    'the master user may not be "%s"',
    (name) => {
      expect(texts(masterUsernameProblems(name))).toEqual([
        `masterUsername must be ${RULE}, not reserved (admin, public, none, user, current_user, session_user, rds…, pg_…), got "${name}"; choose another, such as payment_admin`,
      ]);
    },
  );

  test.each(['payments', 'a', 'x'.repeat(63)])('the database may be %s', (name) => {
    expect(databaseNameProblems(name)).toEqual([]);
  });

  test.each(['postgres', 'rdsadmin', 'template0', 'template1', 'Payments', '_x', '', 'x'.repeat(64)])(
    'the database may not be "%s"',
    (name) => {
      expect(texts(databaseNameProblems(name))).toEqual([
        `databaseName must be ${RULE}, not postgres, rdsadmin, template0, template1, got "${name}"; choose another, such as payments`,
      ]);
    },
  );

  test.each(['*', 'ledger*', 'a/b', ''])('a user that signs in through IAM may not be "%s"', (name) => {
    expect(texts(databaseUserProblems(name))).toEqual([
      `databaseUser must be ${RULE}, got "${name}"; name one user: a pattern would admit all`,
    ]);
  });
});

describe('what is observed', () => {
  test.each([7, 31, 62, 465, 713, 731])('Performance Insights may be kept %d days', (days) => {
    expect(insightsRetentionProblems(days)).toEqual([]);
  });

  test.each([0, 6, 8, 30, 32, 730, 744, 732, -31, 15.5, NaN])(
    'Performance Insights may not be kept %d days',
    (days) => {
      expect(texts(insightsRetentionProblems(days))).toEqual([
        `performanceInsightsRetentionDays must be 7, a multiple of 31 up to 713, or 731 (days), got ${days}; choose such a value`,
      ]);
    },
  );

  test.each([1, 1000, 2_147_483_647])('statements may be logged from %d ms on', (milliseconds) => {
    expect(slowQueryProblems(milliseconds)).toEqual([]);
  });

  test.each([0, -1, 0.5, 2_147_483_648, NaN])('statements may not be logged from %d ms on', (milliseconds) => {
    expect(texts(slowQueryProblems(milliseconds))).toEqual([
      `slowQueryMilliseconds must be an integer from 1 to 2147483647 (milliseconds), got ${milliseconds}; choose a value in that range`,
    ]);
  });
});
