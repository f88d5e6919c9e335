import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { FunctionBundler } from '../../../constructs/compute/function-bundler';
import { REQUIRED_ENVIRONMENT } from '../../../lambda/migration-validation/environment';

const code = (): string => join(dirname(new FunctionBundler().bundle('migration-validation').zipPath), 'index.js');

/** Runs the deployed bundle as Lambda does: the environment at the start, then one event. */
function invoke(environment: Readonly<Record<string, string>>, event: unknown) {
  const program = `require(process.argv[1]).handler(JSON.parse(process.argv[2]), { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 900000 })
    .catch((error) => process.stderr.write(JSON.stringify({ name: error.name, message: error.message })))`;
  return spawnSync(process.execPath, ['--no-warnings', '-e', program, code(), JSON.stringify(event)], {
    encoding: 'utf8',
    env: { AWS_REGION: 'eu-central-1', ...environment },
  });
}

const ENVIRONMENT = Object.fromEntries(REQUIRED_ENVIRONMENT.map((name) => [name, `value of ${name}`]));

describe('the deployed bundle', () => {
  test.each([
    [{}, 'action'],
    [{ action: 'plan', id: 'x', parts: -1, request: { modus: 'live' } }, 'request.modus, parts'],
    [{ action: 'compare-chunks', id: 'not a name', chunks: [] }, 'id, chunks'],
  ])('refuses %j by the names of the fields', (event, fields) => {
    const { stderr } = invoke(ENVIRONMENT, event);
    expect(JSON.parse(stderr)).toEqual({
      name: 'ExplainedError',
      message: `the event must be one of assess, compare, delta, predict, plan, compare-chunks, summarize, as docs/comparison-at-scale.md has them; missing, wrong or unknown: ${fields}`,
    });
  });

  test('does not start without its environment, and names all that is missing', () => {
    const { status, stderr } = invoke({}, {});
    expect(status).not.toBe(0);
    expect(stderr).toContain(`got nothing for ${REQUIRED_ENVIRONMENT.join(', ')}`);
  });

  // More than other functions: 200 kB are the comparison itself, and nobody waits for the start of what runs for minutes.
  test('has at most 850 kB, without what draws reports', () => {
    expect(statSync(code()).size).toBeLessThanOrEqual(850_000);
    expect(readFileSync(code(), 'utf8')).not.toMatch(/handlebars/i);
  });
});
