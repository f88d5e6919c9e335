import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createHandler, type StepTable } from '../../../../lambda/migration-steps/handler';
import { EXECUTOR_STEPS } from '../../../../lambda/migration-steps/step-names';
import type { StepAnswer, StepContext } from '../../../../lambda/migration-steps/step';
import { LeaseLost } from '../../../../lambda/shared/authority/migration-authority';
import type { Executor } from '../../../../lambda/shared/migration/executor';
import type { Progress, ProgressReport } from '../../../../lambda/shared/migration/progress';

let told: [Executor, ProgressReport][];
let lines: [string, string, unknown][];
let known: Progress | undefined;
let broken: boolean;
let step: jest.Mock<(context: StepContext) => Promise<StepAnswer>>;
beforeEach(() => {
  [told, lines, known, broken] = [[], [], undefined, false];
  step = jest.fn(() => Promise.resolve({ outcome: 'done', message: 'it is done' } as StepAnswer));
});

const log = (level: string) => (message: string, fields?: unknown) => void lines.push([level, message, fields]);
const call = (event: object) => {
  const steps: StepTable = {
    lease: {
      acquire: () => Promise.resolve({ outcome: 'done', message: 'taken', token: 8 }),
      'take-over': () => Promise.resolve({ outcome: 'odd', message: 'no token' }),
    },
    executor: Object.fromEntries(EXECUTOR_STEPS.map((name) => [name, step])) as unknown as StepTable['executor'],
  };
  const handler = createHandler({
    steps,
    progress: {
      read: () => (broken ? Promise.reject(new Error('throttled')) : Promise.resolve(known)),
      report: (executor, report) => {
        if (broken) return Promise.reject(new Error('throttled'));
        told.push([executor, report]);
        return Promise.resolve();
      },
    },
    logger: { info: log('info'), warn: log('warn'), error: log('error') },
  });
  return handler(
    {
      ...{ state: 'Drain', machine: 'cutover', execution: 'arn:1', name: 'night-1', startedAt: '2026-11-21T20:00:00Z' },
      ...{ input: { a: 1 }, ...event },
    },
    { getRemainingTimeInMillis: () => 1234 },
  );
};
const EXECUTOR = { machine: 'cutover', execution: 'arn:1', token: 7 };

describe('a step', () => {
  test('gets what it needs, and its answer is told, logged and passed on', async () => {
    step.mockResolvedValue({
      ...{ outcome: 'refused', message: 'no', reasons: ['one'], lagSeconds: 3, estimatedSeconds: 4, waitingFor: 'you' },
      rows: { copied: 1, estimated: 2 },
    });
    expect(await call({ step: 'drain', token: 7, given: { x: 1 } })).toMatchObject({
      outcome: 'refused',
      reasons: ['one'],
    });
    const [context] = step.mock.calls[0] ?? [];
    expect(context).toMatchObject({
      executor: EXECUTOR,
      state: 'Drain',
      name: 'night-1',
      input: { a: 1 },
      given: { x: 1 },
    });
    expect(context?.remainingMs()).toBe(1234);
    expect(told).toEqual([
      [EXECUTOR, { step: 'Drain', message: 'drain has begun' }],
      [
        EXECUTOR,
        {
          ...{ step: 'Drain', message: 'no', lagSeconds: 3, estimatedSeconds: 4, waitingFor: 'you' },
          rows: { done: 1, estimated: 2 },
        },
      ],
    ]);
    expect(lines).toEqual([
      [
        'info',
        'step answered',
        {
          ...{ step: 'drain', state: 'Drain', machine: 'cutover', execution: 'arn:1', execution_name: 'night-1' },
          ...{ outcome: 'refused', answer: 'no', reasons: ['one'] },
        },
      ],
    ]);
  });

  test.each([
    [{ execution: 'arn:1', step: 'Drain' }, 1],
    [{ execution: 'arn:2', step: 'Drain' }, 2],
    [{ execution: 'arn:1', step: 'Freeze' }, 2],
  ])('that is called again keeps what it said last: %j', async (progress, reports) => {
    known = progress as Progress;
    await call({ step: 'drain', token: 7 });
    expect(told).toHaveLength(reports);
  });

  test('is done though nobody can be told', async () => {
    broken = true;
    expect(await call({ step: 'drain', token: 7 })).toEqual({ outcome: 'done', message: 'it is done' });
    expect(lines.map(([level, message]) => [level, message])).toEqual([
      ['warn', 'the progress could not be told'],
      ['warn', 'the progress could not be told'],
      ['warn', 'the progress could not be told'],
      ['info', 'step answered'],
    ]);
  });

  test('fails by the name of its error', async () => {
    step.mockRejectedValue(new LeaseLost('token 7 was overtaken'));
    await expect(call({ step: 'drain', token: 7 })).rejects.toMatchObject({ name: 'LeaseLost' });
    expect(told).toHaveLength(1);
  });

  test('that gives the lease back tells nothing afterwards', async () => {
    await call({ step: 'release', token: 7 });
    expect(told.map(([, { message }]) => message)).toEqual(['release has begun']);
  });

  test('that takes the lease tells of it with its token', async () => {
    expect(await call({ step: 'acquire' })).toEqual({ outcome: 'done', message: 'taken', token: 8 });
    expect(told).toEqual([
      [
        { ...EXECUTOR, token: 8 },
        { step: 'Drain', message: 'taken' },
      ],
    ]);
    await call({ step: 'take-over' });
    expect(told).toHaveLength(1);
  });
});

test('an event that is none never reaches a step', async () => {
  await expect(call({ step: 'drain' })).rejects.toMatchObject({ name: 'ExplainedError' });
  expect(step).not.toHaveBeenCalled();
});
