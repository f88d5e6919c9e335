import { describe, expect, test } from '@jest/globals';
import { FREEZE_BUDGET_LIMITS } from '../../../../constructs/cutover/limits';
import type { Freeze } from '../../../../lambda/shared/authority/migration-authority';
import { durationsOf, LONGEST_FREEZE_SECONDS, tellsDurations } from '../../../../lambda/shared/migration/past-freezes';

const FREEZE: Freeze = {
  drains: 'reverse',
  startedAt: 10_000,
  drainedAt: 20_000,
  verifiedAt: 50_000,
  sequencesAt: 52_000,
  constraintsAt: 58_000,
  stoppedAt: 118_001,
  armedAt: 208_001,
};
const past = (freeze: Partial<Freeze> = {}, endedAt = 210_001) => ({
  epoch: 4,
  freeze: { ...FREEZE, ...freeze },
  endedAt,
});

describe('what a freeze took', () => {
  test('is told of its steps, in whole seconds, rather too many', () => {
    const source = 'measured: in the freeze of epoch 4, of replication reverse';
    expect(durationsOf(past())).toEqual({
      seconds: { prepare: 8, stop: 61, arm: 90, open: 2 },
      sources: { prepare: source, stop: source, arm: source, open: source },
    });
  });

  test('counts from the later of what was prepared', () => {
    expect(durationsOf(past({ sequencesAt: 60_000 })).seconds).toMatchObject({ prepare: 10, stop: 59 });
  });

  test('may be nothing', () => {
    expect(durationsOf(past({ stoppedAt: 58_000 })).seconds.stop).toBe(0);
  });

  test.each([
    [{ verifiedAt: undefined }, ['stop', 'arm', 'open']],
    [{ sequencesAt: undefined }, ['arm', 'open']],
    [{ constraintsAt: undefined }, ['arm', 'open']],
    [{ stoppedAt: undefined }, ['prepare', 'open']],
    [{ armedAt: undefined }, ['prepare', 'stop']],
    // Clocks of two functions.
    [{ armedAt: 118_000 }, ['prepare', 'stop', 'open']],
  ])('is not told where a time is missing or makes no sense: %j', (freeze, names) => {
    const { seconds, sources } = durationsOf(past(freeze));
    expect(Object.keys(seconds)).toEqual(names);
    expect(Object.keys(sources)).toEqual(names);
  });
});

describe('the times of a freeze', () => {
  test.each([
    ['went to its end', past(), true],
    ['was undone', past({ abandonedBy: 7 }), false],
    ['armed nothing', past({ armedAt: undefined }), false],
    ['took as long as one may', past({}, 10_000 + LONGEST_FREEZE_SECONDS * 1000), true],
    ['took longer', past({}, 10_001 + LONGEST_FREEZE_SECONDS * 1000), false],
  ])('tell how long steps take, or not, of one that %s', (_case, freeze, tells) => {
    expect(tellsDurations(freeze)).toBe(tells);
  });

  test('are those of no more than the budget that an environment may have', () => {
    expect(LONGEST_FREEZE_SECONDS).toBe(FREEZE_BUDGET_LIMITS.most);
  });
});
