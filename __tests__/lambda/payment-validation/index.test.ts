import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { FunctionBundler } from '../../../constructs/compute/function-bundler';
import { albEvent } from '../http-events';

/** Runs the deployed bundle as Lambda does: the environment at the start, then one event. */
function invoke(environment: Readonly<Record<string, string>>, event: unknown) {
  const code = join(dirname(new FunctionBundler().bundle('payment-validation').zipPath), 'index.js');
  const program = `require(process.argv[1]).handler(JSON.parse(process.argv[2]), { functionVersion: '3' })
    .then((result) => process.stdout.write(JSON.stringify(result)))`;
  return spawnSync(process.execPath, ['-e', program, code, JSON.stringify(event)], {
    encoding: 'utf8',
    env: environment,
  });
}

describe('the deployed bundle', () => {
  test('answers the health check with what its environment says', () => {
    const { stdout } = invoke({ ENVIRONMENT: 'staging', RELEASE: '0123abcd' }, albEvent());
    const result = JSON.parse(stdout) as { statusCode: number; body: string };
    expect([result.statusCode, JSON.parse(result.body)]).toEqual([
      200,
      {
        status: 'pass',
        release: '0123abcd',
        functionVersion: '3',
        environment: 'staging',
        checks: [{ name: 'configuration', status: 'pass' }],
      },
    ]);
  });

  test('does not start without its environment, and names all that is missing', () => {
    const { status, stderr } = invoke({}, albEvent());
    expect(status).not.toBe(0);
    expect(stderr).toContain('environment variables must be set and not empty, got nothing for ENVIRONMENT, RELEASE');
  });
});
