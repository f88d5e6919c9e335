import { describe, expect, test } from '@jest/globals';
import { GetParameterCommand, ParameterNotFound, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import type { Clearance } from '../../../../lambda/shared/traffic/clearance';
import {
  awsShare,
  clearanceText,
  isWithin,
  nearestBound,
  NO_CLEARANCE,
} from '../../../../lambda/shared/traffic/clearance-bounds';
import { clearanceJson, clearanceProblems } from '../../../../lambda/shared/traffic/clearance-json';
import { SsmClearanceParameter } from '../../../../lambda/shared/traffic/ssm-clearance-parameter';

const NAME = '/payment/test/traffic-clearance';
const CLEARANCE: Clearance = {
  minAwsWeight: 0,
  maxAwsWeight: 10,
  reason: 'Gates of advance passed.',
  by: 'arn:aws:states:us-east-1:111111111111:execution:advance-test:a',
  at: '2026-01-02T03:04:05.000Z',
};

function parameterHolding(value?: string) {
  const client = new SSMClient({ region: 'us-east-1' });
  const mock = mockClient(client);
  if (value === undefined) mock.on(GetParameterCommand).rejects(new ParameterNotFound({ message: '', $metadata: {} }));
  else mock.on(GetParameterCommand, { Name: NAME }).resolves({ Parameter: { Value: value } });
  mock.on(PutParameterCommand).resolves({});
  return { parameter: new SsmClearanceParameter(client, NAME), mock };
}

describe('the parameter of the clearance', () => {
  test('holds it as JSON', async () => {
    expect(await parameterHolding(JSON.stringify(CLEARANCE)).parameter.read()).toEqual(CLEARANCE);
  });

  test('may hold more, which is left out', async () => {
    const { parameter } = parameterHolding(JSON.stringify({ ...CLEARANCE, more: 1 }));
    expect(await parameter.read()).toEqual(CLEARANCE);
  });

  test('that is absent is an error which says so', async () => {
    await expect(parameterHolding().parameter.read()).rejects.toMatchObject({
      name: 'ExplainedError',
      message: `the parameter ${NAME} must exist, got none; the function traffic-guard writes it anew within a minute`,
    });
  });

  test('passes errors of SSM on as they are', async () => {
    const { parameter, mock } = parameterHolding('');
    mock.on(GetParameterCommand).rejects(Object.assign(new Error('slow down'), { name: 'ThrottlingException' }));
    await expect(parameter.read()).rejects.toMatchObject({ name: 'ThrottlingException' });
  });

  test.each([
    ['0 to 100', 'it must be a JSON object, got "0 to 100"'],
    ['', 'it must be a JSON object, got ""'],
    ['null', 'it must be a JSON object, got null'],
    [JSON.stringify({ ...CLEARANCE, minAwsWeight: 11 }), 'minAwsWeight must be at most maxAwsWeight (10), got 11'],
    [
      JSON.stringify({ minAwsWeight: -1, maxAwsWeight: 100.5, reason: '', at: 'yesterday' }),
      'minAwsWeight must be an integer from 0 to 100 (percent of traffic to AWS), got -1; ' +
        'maxAwsWeight must be an integer from 0 to 100 (percent of traffic to AWS), got 100.5; ' +
        'reason must be a text that is not empty, got ""; by must be a text that is not empty, got nothing; ' +
        'at must be a time in UTC as ISO 8601 writes it, got "yesterday"',
    ],
    [
      JSON.stringify({ ...CLEARANCE, maxAwsWeight: 101 }),
      'maxAwsWeight must be an integer from 0 to 100 (percent of traffic to AWS), got 101',
    ],
    [
      JSON.stringify({ ...CLEARANCE, maxAwsWeight: '50' }),
      'maxAwsWeight must be an integer from 0 to 100 (percent of traffic to AWS), got "50"',
    ],
  ])('that holds %s is refused with everything that is wrong', async (value, problems) => {
    await expect(parameterHolding(value).parameter.read()).rejects.toThrow(
      new Error(
        `the parameter ${NAME} must hold a clearance: ${problems}. The function traffic-guard writes it anew within a minute`,
      ),
    );
  });

  test('is overwritten', async () => {
    const { parameter, mock } = parameterHolding('');
    await parameter.write(CLEARANCE);
    expect(mock.commandCalls(PutParameterCommand).map(({ args: [{ input }] }) => input)).toEqual([
      { Name: NAME, Value: JSON.stringify(CLEARANCE), Type: 'String', Overwrite: true },
    ]);
  });

  test('is not overwritten with what makes no sense', async () => {
    const { parameter, mock } = parameterHolding('');
    await expect(parameter.write({ ...CLEARANCE, minAwsWeight: 50 })).rejects.toThrow(
      new Error('the clearance must make sense: minAwsWeight must be at most maxAwsWeight (10), got 50'),
    );
    expect(mock.commandCalls(PutParameterCommand)).toEqual([]);
  });

  test('reads what was written, whatever the clearance', async () => {
    const percent = fc.integer({ min: 0, max: 100 });
    const some = fc.string({ minLength: 1, unit: 'grapheme' });
    await fc.assert(
      fc.asyncProperty(percent, percent, some, some, async (a, b, reason, by) => {
        const clearance = { ...CLEARANCE, minAwsWeight: Math.min(a, b), maxAwsWeight: Math.max(a, b), reason, by };
        expect(clearanceProblems(clearance)).toEqual([]);
        expect(await parameterHolding(clearanceJson(clearance)).parameter.read()).toEqual(clearance);
      }),
    );
  });
});

describe('the bounds of a clearance', () => {
  const within = (aws: number, minAwsWeight: number, maxAwsWeight: number) =>
    isWithin({ aws, 'on-prem': 100 - aws }, { ...CLEARANCE, minAwsWeight, maxAwsWeight });

  test.each([
    [0, 0, 0, true],
    [1, 0, 0, false],
    [10, 0, 10, true],
    [11, 0, 10, false],
    [100, 100, 100, true],
    [99, 100, 100, false],
    [49, 50, 60, false],
    [50, 50, 60, true],
    [60, 50, 60, true],
    [61, 50, 60, false],
  ])('%i lies within %i to %i: %p', (aws, min, max, expected) => {
    expect(within(aws, min, max)).toBe(expected);
  });

  test('are none until somebody sets one', () => {
    expect(NO_CLEARANCE).toMatchObject({ minAwsWeight: 0, maxAwsWeight: 0 });
    expect(clearanceProblems(NO_CLEARANCE)).toEqual([]);
  });

  test.each([
    [0, 0, 50],
    [255, 255, 50],
    [0, 255, 0],
    [255, 0, 100],
    [1, 3, 25],
  ])('count the share of weights that are not 100 together: %i and %i', (aws, onPrem, share) => {
    expect(awsShare({ aws, 'on-prem': onPrem })).toBe(share);
  });

  test('that are nearest are weights within, and weights outside go no further', () => {
    const percent = fc.integer({ min: 0, max: 100 });
    const weight = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(weight, weight, percent, percent, (aws, onPrem, a, b) => {
        const clearance = { ...CLEARANCE, minAwsWeight: Math.min(a, b), maxAwsWeight: Math.max(a, b) };
        const weights = { aws, 'on-prem': onPrem };
        fc.pre(!isWithin(weights, clearance));
        const target = nearestBound(weights, clearance);
        expect(target.aws + target['on-prem']).toBe(100);
        expect(isWithin(target, clearance)).toBe(true);
        const distances = [clearance.minAwsWeight, clearance.maxAwsWeight].map((to) =>
          Math.abs(to - awsShare(weights)),
        );
        expect(Math.abs(target.aws - awsShare(weights))).toBe(Math.min(...distances));
      }),
    );
  });

  test('hold weights at a bound exactly, for every percentage', () => {
    const outside = Array.from({ length: 101 }, (_, aws) => aws).filter((aws) => !within(aws, aws, aws));
    expect(outside).toEqual([]);
  });

  test('are said with the reason', () => {
    expect(clearanceText(CLEARANCE)).toBe(
      'AWS may get from 0 to 10 percent of the traffic (set by arn:aws:states:us-east-1:111111111111:execution:advance-test:a at 2026-01-02T03:04:05.000Z: Gates of advance passed.)',
    );
  });
});
