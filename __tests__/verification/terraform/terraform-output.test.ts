import { describe, expect, test } from '@jest/globals';
import { judgeVersion } from '../../../verification/terraform/find-terraform';
import { parseDiagnostics } from '../../../verification/terraform/validate-stack';
import { compareVersions } from '../../../verification/terraform/version';

describe("Terraform's version", () => {
  const print = (version: string): string => `{\n  "terraform_version": "${version}",\n  "platform": "linux_amd64"\n}`;

  test.each(['1.11.0', '1.11.4', '1.12.0-beta1', '2.0.0'])('%s serves', (version) => {
    expect(judgeVersion(print(version))).toEqual({ found: true, version });
  });

  test('1.10.5 is too old', () => {
    expect(judgeVersion(print('1.10.5'))).toEqual({
      found: false,
      reason: 'terraform must be 1.11.0 or newer, got 1.10.5',
    });
  });

  test('must be printed', () => {
    expect(judgeVersion('')).toEqual({ found: false, reason: 'terraform version printed no version' });
  });
});

test.each([
  ['1.2.3', '1.2.3', 0],
  ['1.2', '1.2.0', 0],
  ['5.100.0', '5.9.0', 1],
  ['1.10.9', '1.11.0', -1],
])('version %s compares to %s as %d', (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
});

describe('what terraform validate prints', () => {
  const diagnostics = [
    { severity: 'error', summary: 'Unsupported argument', detail: 'No "x"\n  here.', address: 'aws_vpc.Main' },
    { severity: 'error', summary: 'Bad output', detail: '', snippet: { context: 'output "o"' } },
    { severity: 'warning', summary: 'Deprecated' },
  ];

  test('becomes one line for each diagnostic, with its place', () => {
    expect(parseDiagnostics(JSON.stringify({ valid: false, diagnostics }))).toEqual({
      errors: ['aws_vpc.Main: Unsupported argument: No "x" here.', 'output "o": Bad output'],
      warnings: ['Deprecated'],
    });
  });

  test('is valid without diagnostics', () => {
    expect(parseDiagnostics('{"valid": true, "diagnostics": []}')).toEqual({ errors: [], warnings: [] });
  });

  test('is an error when it says invalid without a reason', () => {
    expect(parseDiagnostics('{"valid": false, "diagnostics": []}')?.errors).toEqual([
      'terraform says invalid, and not why',
    ]);
  });

  test.each(['', 'Error: no configuration', '{"valid": true}', '{"diagnostics": []}'])(
    'is nothing when it is no report: %j',
    (stdout) => {
      expect(parseDiagnostics(stdout)).toBeUndefined();
    },
  );
});
