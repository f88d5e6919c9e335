import { expect, test } from '@jest/globals';
import { spanText } from '../../../cli/migration/text';
import { machineArn, targetOf } from '../../../cli/migration/target';
import { loadEnvironments } from '../../../environments';
import { MACHINES } from '../../../lambda/shared/migration/executor';
import { stacksOf } from '../../support/stacks';

const stacks = stacksOf();

test.each(['dev', 'staging', 'prod'])('the names of %s are those of its stack', (environment) => {
  const target = targetOf(loadEnvironments(), environment);
  const stack = stacks[environment];
  const names = (type: string) => (stack?.list(type) ?? []).map(({ name }) => name);
  expect(names('aws_dynamodb_table')).toContain(target.stateTable);
  expect(names('aws_ssm_parameter')).toContain(target.clearanceParameter);
  expect(names('aws_sfn_state_machine')).toEqual(
    expect.arrayContaining(MACHINES.map((machine) => machineArn(target, machine).split(':')[6])),
  );
  expect(stack?.list('aws_route53_record')).toContainEqual(
    expect.objectContaining({ zone_id: target.zoneId, name: target.recordName, type: target.recordType }),
  );
});

test.each([
  [-1, '0 s'],
  [0, '0 s'],
  [59.4, '59 s'],
  [60, '1 min'],
  [3599, '59 min 59 s'],
  [3661, '1 h 1 min'],
  [90_000, '1 d 1 h'],
])('%d seconds are %s', (seconds, text) => {
  expect(spanText(seconds)).toBe(text);
});
