import { describe, expect, test } from '@jest/globals';
import { FREEZE_BUDGET_LIMITS } from '../../constructs/cutover/limits';
import { ALARM_ROWS } from '../../constructs/monitoring';
import { DEFAULT_FREEZE_BUDGET_SECONDS } from '../../lambda/migration-steps/settings';
import { cutoverSchema } from '../../environments/schema/cutover';
import { dev } from '../../environments/dev';
import { prod } from '../../environments/prod';
import { loadEnvironments } from '../../environments';
import { edited, problemsOf, problemsOfProd } from '../support/environments';

describe('the cutover', () => {
  test('has defaults that are safe in production', () => {
    const found = loadEnvironments().environments.find(({ name }) => name === 'prod');
    expect(found?.cutover).toEqual({
      trafficSteps: [10, 50, 100],
      weightTimeoutMinutes: 60,
      bakeMinutes: 30,
      freezeBudgetSeconds: 900,
      freezeGraceSeconds: 5,
      maxLagSeconds: 60,
      approvalTimeoutMinutes: 60,
      requireSecondPerson: true,
      rollbackWindowHours: 72,
      armAutomaticRollback: false,
      forwardTask: 'full-load-and-cdc',
      loadHours: 48,
      comparisonHours: 24,
    });
  });

  test('gives a freeze the time that its adapter, DMS, usually has', () => {
    expect(DEFAULT_FREEZE_BUDGET_SECONDS).toEqual({ dms: 900, native: 30 });
    expect(cutoverSchema.parse({}).freezeBudgetSeconds).toBe(DEFAULT_FREEZE_BUDGET_SECONDS.dms);
    const { least, most } = FREEZE_BUDGET_LIMITS;
    for (const seconds of Object.values(DEFAULT_FREEZE_BUDGET_SECONDS)) {
      expect(seconds).toBeGreaterThanOrEqual(least);
      expect(seconds).toBeLessThanOrEqual(most);
    }
  });

  test('stops a freeze before the roll-back alarm goes off for payments that it keeps waiting', () => {
    const row = ALARM_ROWS.find(({ id }) => id === 'payments-unfinished');
    expect(FREEZE_BUDGET_LIMITS.most).toBeLessThan((row?.periodSeconds ?? 0) * (row?.datapointsToAlarm ?? 0));
  });

  test('is in every environment with an on-premises side, and in none without', () => {
    expect(loadEnvironments().environments.map(({ cutover }) => cutover !== undefined)).toEqual([true, true, true]);
    expect(loadEnvironments('examples').environments.map(({ cutover }) => cutover)).toEqual([undefined]);
  });

  test('needs something to move: replication and traffic', () => {
    expect(problemsOf([edited(prod, { replication: undefined, traffic: undefined })])).toEqual([
      '1.ts: replication must be given where cutover is: it brings the data over, and back, got nothing; add it or remove cutover',
      '1.ts: traffic must be given where cutover is: it is what the steps move, got nothing; add it or remove cutover',
    ]);
    expect(problemsOf([edited(prod, { replication: undefined, traffic: undefined, cutover: undefined })])).toEqual([]);
  });

  test.each([
    [[100], []],
    [[1, 2, 100], []],
    [[], ['cutover.trafficSteps must end with 100: the right to write moves when AWS has all of the traffic, got []']],
    [[10, 50], ['cutover.trafficSteps must end with 100']],
    [[50, 10, 100], ['cutover.trafficSteps[1] must be more than the step before (50), got 10; sort them']],
    [[10, 10, 100], ['cutover.trafficSteps[1] must be more than the step before (10), got 10; sort them']],
    [[0, 100], ['cutover.trafficSteps[0] must be an integer from 1 to 100 (percent of the traffic to AWS), got 0']],
    [[10, 101], ['cutover.trafficSteps[1] must be an integer from 1 to 100']],
  ])('goes by growing steps up to 100: %j', (trafficSteps, lines) => {
    expect(problemsOfProd({ 'cutover/trafficSteps': trafficSteps })).toEqual(
      lines.map((line) => expect.stringContaining(`1.ts: ${line}`)),
    );
  });

  test.each([
    ['freezeBudgetSeconds', 10, 1500],
    ['freezeGraceSeconds', 0, 30],
    ['maxLagSeconds', 1, 300],
    ['weightTimeoutMinutes', 1, 1440],
    ['bakeMinutes', 1, 1440],
    ['approvalTimeoutMinutes', 1, 1440],
    ['rollbackWindowHours', 1, 720],
    ['loadHours', 1, 336],
    ['comparisonHours', 1, 72],
  ])('takes %s from %d to %d', (field, least, most) => {
    const path = `cutover/${field}`;
    expect([least, most].flatMap((value) => problemsOfProd({ [path]: value }))).toEqual([]);
    expect([least - 1, most + 1].flatMap((value) => problemsOfProd({ [path]: value }))).toEqual([
      expect.stringContaining(`1.ts: cutover.${field} must be an integer from ${least} to ${most}`),
      expect.stringContaining(`1.ts: cutover.${field} must be an integer from ${least} to ${most}`),
    ]);
  });

  test('is approved by a second person where production runs', () => {
    expect(problemsOfProd({ 'cutover/requireSecondPerson': false })).toEqual([
      '1.ts: cutover.requireSecondPerson must be true where production runs: nobody moves the right to write alone, got false; remove it',
    ]);
    expect(problemsOf([edited(dev, { 'cutover/requireSecondPerson': false })])).toEqual([]);
  });
});
