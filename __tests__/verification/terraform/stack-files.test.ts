import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { copyStack, readStacks, versionOverride } from '../../../verification/terraform/stack-files';

const STACK = {
  terraform: {
    required_providers: {
      aws: { source: 'aws', version: '~> 6.25' },
      random: { source: 'hashicorp/random', version: '~> 3.7' },
    },
  },
};

let outdir: string;

beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'stack-files-'));
  for (const name of ['prod', 'dev']) {
    mkdirSync(join(outdir, 'stacks', name, 'assets'), { recursive: true });
    writeFileSync(join(outdir, 'stacks', name, 'cdk.tf.json'), JSON.stringify(STACK));
    writeFileSync(join(outdir, 'stacks', name, 'assets', 'function.zip'), name);
  }
});

afterEach(() => {
  rmSync(outdir, { recursive: true, force: true });
});

test('the stacks of a synthesis are read in the order of their names', () => {
  expect(readStacks(outdir, ' (x)').map(({ title, json }) => [title, json])).toEqual([
    ['dev (x)', STACK],
    ['prod (x)', STACK],
  ]);
  expect(readStacks(join(outdir, 'none'))).toEqual([]);
});

describe('the version override', () => {
  test('changes the versions of providers that the stack has, and nothing else', () => {
    expect(versionOverride(STACK, { aws: '5.100.0', other: '1.0.0' })).toEqual({
      terraform: { required_providers: { aws: { source: 'aws', version: '5.100.0' } } },
    });
  });

  test('is not there when nothing changes', () => {
    expect(versionOverride(STACK, {})).toBeUndefined();
    expect(versionOverride({}, { aws: '5.100.0' })).toBeUndefined();
  });
});

test('a copied stack is what was synthesized, with its assets, and the override beside it', () => {
  const [stack] = readStacks(outdir);
  const copy = join(outdir, 'copy');
  if (stack === undefined) throw new Error('expected a stack');
  copyStack(stack, copy, { aws: '5.100.0' });
  expect(readFileSync(join(copy, 'cdk.tf.json'), 'utf8')).toBe(JSON.stringify(STACK));
  expect(readFileSync(join(copy, 'assets', 'function.zip'), 'utf8')).toBe('dev');
  expect(readFileSync(join(copy, 'versions_override.tf.json'), 'utf8')).toContain('"5.100.0"');
  copyStack(stack, join(outdir, 'plain'), {});
  expect(existsSync(join(outdir, 'plain', 'versions_override.tf.json'))).toBe(false);
});
