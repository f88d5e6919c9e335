import { describe, expect, test } from '@jest/globals';
import { mapConcurrently } from '../../verification/map-concurrently';
import { parseOptions, verifyCommand } from '../../verification/options';
import { countChecks, schemaCheckLines, summaryLines, validationLines, type Outcome } from '../../verification/report';
import type { Finding } from '../../verification/schema/finding';
import type { Validation } from '../../verification/terraform/validate-stack';

const finding = (rule: Finding['rule']): Finding => ({ address: 'aws_vpc.A', argument: 'x', rule, message: 'm' });

const schemaCheck = (findings: Finding[]) => ({ title: 'prod', resources: 12, findings, seconds: 0.04 });

const validation = (errors: string[]): Validation => ({
  title: 'prod',
  errors,
  warnings: [],
  initSeconds: 1.26,
  validateSeconds: 4,
});

describe('the line of a schema check', () => {
  test('says that all is well', () => {
    expect(schemaCheckLines(schemaCheck([]))).toEqual(['  prod                       12 resources  0.0 s  ok']);
  });

  test('counts what is wrong and what is deprecated, and lists both', () => {
    expect(schemaCheckLines(schemaCheck([finding('wrong-type'), finding('deprecated')]))).toEqual([
      '  prod                       12 resources  0.0 s  1 wrong, 1 deprecated',
      '    wrong-type  aws_vpc.A: x  m',
      '    deprecated  aws_vpc.A: x  m',
    ]);
  });
});

describe('the line of a validation', () => {
  test('says that the stack is valid', () => {
    expect(validationLines(validation([]))).toEqual(['  prod                     init 1.3 s  validate 4.0 s  valid']);
  });

  test('lists the errors, and each warning once', () => {
    expect(validationLines({ ...validation(['e']), warnings: ['w', 'w'] })).toEqual([
      '  prod                     init 1.3 s  validate 4.0 s  1 error(s)',
      '    error  e',
      '    warning  w',
    ]);
  });
});

describe('the summary', () => {
  const outcome: Outcome = {
    schemaChecks: [schemaCheck([finding('wrong-type')]), schemaCheck([finding('deprecated')])],
    validations: [validation([]), validation(['e', 'f'])],
    skipped: [],
  };

  test('counts each part on each stack as one check, and deprecations as no failure', () => {
    expect(countChecks(outcome)).toEqual({ passed: 2, failed: 2 });
  });

  test('says what ran', () => {
    expect(summaryLines(outcome)).toEqual([
      'Ran: schema check of 2 stacks, terraform init and validate of 2 stacks',
      'Skipped: nothing',
      'verify: 2 passed, 2 failed',
    ]);
  });

  test('says what did not run and why', () => {
    expect(summaryLines({ schemaChecks: [], validations: [], skipped: ['validate: no terraform'] })).toEqual([
      'Ran: nothing',
      'Skipped: validate: no terraform',
      'verify: 0 passed, 0 failed',
    ]);
  });
});

describe('the command line', () => {
  test('takes the AWS provider from wherever there is one, unless told otherwise', () => {
    expect(parseOptions([])).toEqual({ awsSource: 'auto' });
    expect(parseOptions(['--aws=fake'])).toEqual({ awsSource: 'fake' });
  });

  test.each(['--aws=none', '--aws', '--asw=fake', 'fake'])('refuses %s', (argument) => {
    const command = verifyCommand()
      .exitOverride()
      .configureOutput({ writeErr: () => undefined });
    expect(() => parseOptions([argument], command)).toThrow(/^error: /);
  });
});

test('tasks run side by side up to the limit, and their results keep the order of the items', async () => {
  let running = 0;
  let most = 0;
  const results = await mapConcurrently([30, 10, 20, 5], 2, async (milliseconds) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    running -= 1;
    return milliseconds;
  });
  expect([results, most]).toEqual([[30, 10, 20, 5], 2]);
});
