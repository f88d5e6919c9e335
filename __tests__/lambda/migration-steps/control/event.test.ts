import { describe, expect, test } from '@jest/globals';
import { STEPS } from '../../../../constructs/cutover/steps';
import { parseEvent } from '../../../../lambda/migration-steps/event';
import { EXECUTOR_STEPS, LEASE_STEPS } from '../../../../lambda/migration-steps/step-names';

const EVENT = {
  step: 'freeze',
  state: 'Freeze',
  machine: 'cutover',
  execution: 'arn:execution',
  name: 'night-1',
  startedAt: '2026-11-21T20:00:00.000Z',
  input: { requestedBy: 'ann' },
  token: 7,
  given: { from: 'on-prem' },
};

test('the steps are those that the machines call', () => {
  expect([...LEASE_STEPS, ...EXECUTOR_STEPS].sort()).toEqual(Object.keys(STEPS).sort());
});

describe('an event', () => {
  test('says which step, of whom, with what', () => {
    expect(parseEvent(EVENT)).toEqual({
      step: 'freeze',
      state: 'Freeze',
      name: 'night-1',
      input: { requestedBy: 'ann' },
      given: { from: 'on-prem' },
      executor: { machine: 'cutover', execution: 'arn:execution', token: 7 },
    });
  });

  test.each(LEASE_STEPS)('has no token for %s, and may give nothing', (step) => {
    const { token: _token, given: _given, ...event } = EVENT;
    expect(parseEvent({ ...event, step })).toMatchObject({
      step,
      given: {},
      executor: { machine: 'cutover', execution: 'arn:execution' },
    });
    expect(() => parseEvent({ ...EVENT, step })).toThrow('the event of a step must be right: token is unknown');
  });

  test('may have any input: a rollback reads none', () => {
    const { input: _, ...event } = EVENT;
    for (const input of [null, 'text', [], { deep: [1] }]) expect(parseEvent({ ...event, input }).input).toEqual(input);
    expect(parseEvent(event).input).toBeUndefined();
  });

  test.each([
    [{ ...EVENT, step: 'thaw' }, [`step must be one of ${[...LEASE_STEPS, ...EXECUTOR_STEPS].join(', ')}`]],
    [{ ...EVENT, token: 0 }, ["token must be the lease's token, a whole number from 1"]],
    [{ ...EVENT, token: 1.5 }, ["token must be the lease's token, a whole number from 1"]],
    [
      { step: 'freeze', state: '', machine: 'thaw', name: 3, startedAt: 'today', given: [], more: 1 },
      [
        "state must be the state's name",
        'machine must be one of replicate, advance, cutover, rollback, resume, finish',
        "execution must be the execution's ARN",
        "name must be the execution's name",
        'startedAt must be the time at which the execution started, in ISO 8601',
        'given must be an object',
        "token must be the lease's token, a whole number from 1",
        'more is unknown',
      ],
    ],
    ['text', ['it must be an object']],
  ])('is refused with everything that is wrong: %j', (event, problems) => {
    expect(() => parseEvent(event)).toThrow(`the event of a step must be right: ${problems.join('; ')}`);
  });
});
