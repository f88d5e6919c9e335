import { beforeEach, describe, expect, test } from '@jest/globals';
import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import {
  CachedRules,
  readParameter,
  RULES_RETRY_MILLIS,
  RULES_TTL_MILLIS,
} from '../../../lambda/fraud-detection/rules-source';
import { classify } from '../../../lambda/shared/stream/failure';
import { recordingPorts } from '../shared/stream/fixtures';
import { RULES } from './fixtures';

const document = (version: string) => JSON.stringify({ ...RULES, version });
const throttled = () =>
  Object.assign(new Error('slow'), { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } });

let time: number;
let reads: number;
let value: string | Error;
let topicFails: boolean;
let reports: string[];
let ports: ReturnType<typeof recordingPorts>;
beforeEach(() => {
  [time, reads, value, topicFails, reports, ports] = [1_000, 0, document('v1'), false, [], recordingPorts()];
});
const source = () =>
  new CachedRules({
    read: () => {
      reads += 1;
      return typeof value === 'string' ? Promise.resolve(value) : Promise.reject(value);
    },
    report: (code) => {
      if (topicFails) return Promise.reject(new Error('no topic'));
      reports.push(code);
      return Promise.resolve();
    },
    logger: ports.logger,
    now: () => time,
  });

describe('the rules', () => {
  test('are read once in their time to live', async () => {
    const rules = source();
    expect((await rules.current()).version).toBe('v1');
    value = document('v2');
    time += RULES_TTL_MILLIS - 1;
    expect((await rules.current()).version).toBe('v1');
    expect(reads).toBe(1);
    time += 1;
    expect((await rules.current()).version).toBe('v2');
    expect(reads).toBe(2);
  });

  test.each<[string, string | Error]>([
    ['broken', '{"version":""}'],
    ['empty', ''],
    ['not to be had', throttled()],
  ])('stay the last good ones when the new ones are %s', async (_how, next) => {
    const rules = source();
    await rules.current();
    value = next;
    time += RULES_TTL_MILLIS;
    expect((await rules.current()).version).toBe('v1');
    value = document('v3');
    time += RULES_TTL_MILLIS;
    expect((await rules.current()).version).toBe('v3');
  });

  test('that are broken are reported once for each of their contents, with the problems in the log', async () => {
    const rules = source();
    await rules.current();
    for (const next of ['{', '{', '[]', document('v2'), '[]']) {
      value = next;
      time += RULES_TTL_MILLIS;
      await rules.current();
    }
    expect(reports).toEqual(['InvalidRules', 'InvalidRules', 'InvalidRules']);
    expect(ports.lines).toContainEqual({
      level: 'ERROR',
      message: 'the fraud rules are not valid',
      fields: { problems: ['the document must be an object, got []'], rulesVersion: 'v1' },
    });
  });

  test('are reported again when the report failed', async () => {
    const rules = source();
    await rules.current();
    [value, topicFails] = ['{', true];
    time += RULES_TTL_MILLIS;
    expect((await rules.current()).version).toBe('v1');
    topicFails = false;
    time += RULES_TTL_MILLIS;
    await rules.current();
    expect(reports).toEqual(['InvalidRules']);
  });

  test('that are throttled are not reported, those that somebody must provide are', async () => {
    const rules = source();
    for (const next of [throttled(), new ParameterNotFound({ message: 'none', $metadata: { httpStatusCode: 400 } })]) {
      value = next;
      await expect(rules.current()).rejects.toThrow('there are no valid fraud rules yet: the log says why');
      time += RULES_RETRY_MILLIS;
    }
    expect(reports).toEqual(['ParameterNotFound']);
  });
});

describe('without any rules', () => {
  test('payments wait, and a batch of them reads the parameter once', async () => {
    const rules = source();
    value = '{';
    const error: unknown = await rules.current().catch((thrown: unknown) => thrown);
    expect(classify(error)).toEqual({
      kind: 'wait',
      code: 'RulesUnavailable',
      stopsBatch: false,
      needsOperator: false,
    });
    time += RULES_RETRY_MILLIS - 1;
    await expect(rules.current()).rejects.toThrow('there are no valid fraud rules yet');
    expect(reads).toBe(1);
    value = document('v1');
    time += 1;
    expect((await rules.current()).version).toBe('v1');
  });
});

describe('the parameter', () => {
  test('is read by its name', async () => {
    const ssm = mockClient(SSMClient);
    ssm.on(GetParameterCommand, { Name: 'fraud-rules-test' }).resolves({ Parameter: { Value: 'text' } });
    expect(await readParameter(new SSMClient({ region: 'us-east-1' }), 'fraud-rules-test')()).toBe('text');
  });
});
