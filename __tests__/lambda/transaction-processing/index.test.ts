import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { FunctionBundler } from '../../../constructs/compute/function-bundler';
import { REQUIRED_ENVIRONMENT } from '../../../lambda/transaction-processing/environment';

const ENVIRONMENT = {
  ...Object.fromEntries(REQUIRED_ENVIRONMENT.map((name) => [name, `value-of-${name}`])),
  AWS_REGION: 'us-east-1',
};

/** Runs the deployed bundle as Lambda does: the environment at the start, then one event. It may reach nobody. */
function invoke(environment: Readonly<Record<string, string>>, event: unknown) {
  const code = join(dirname(new FunctionBundler().bundle('transaction-processing').zipPath), 'index.js');
  const program = `
    require('node:net').Socket.prototype.connect = () => { throw new Error('nothing may be fetched'); };
    const { handler } = require(process.argv[1]);
    handler(JSON.parse(process.argv[2]), { awsRequestId: 'r-1', getRemainingTimeInMillis: () => 60000 })
      .then((result) => console.log(JSON.stringify(result)), (error) => console.log(error.message))`;
  return spawnSync(process.execPath, ['-e', program, code, JSON.stringify(event)], {
    encoding: 'utf8',
    env: environment,
  });
}

describe('the deployed bundle', () => {
  test('answers an empty batch, and reaches for nobody', () => {
    expect(invoke(ENVIRONMENT, { Records: [] }).stdout).toBe('{"batchItemFailures":[]}\n');
  });

  test('refuses to start when a variable is missing, and names all that are', () => {
    const { status, stderr } = invoke({ AWS_REGION: 'us-east-1' }, {});
    expect(status).not.toBe(0);
    expect(stderr).toContain(
      `environment variables must be set and not empty, got nothing for ${REQUIRED_ENVIRONMENT.join(', ')}`,
    );
  });
});
