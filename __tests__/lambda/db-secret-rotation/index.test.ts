import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { FunctionBundler } from '../../../constructs/compute/function-bundler';
import { REQUIRED_ENVIRONMENT } from '../../../lambda/db-secret-rotation/environment';

const code = (): string => join(dirname(new FunctionBundler().bundle('db-secret-rotation').zipPath), 'index.js');

/** Runs the deployed bundle as Lambda does: the environment at the start, then one event. */
function invoke(environment: Readonly<Record<string, string>>, event: unknown) {
  const program = `require(process.argv[1]).handler(JSON.parse(process.argv[2]), { awsRequestId: 'request-1' })
    .catch((error) => process.stderr.write(JSON.stringify({ name: error.name, message: error.message })))`;
  return spawnSync(process.execPath, ['--no-warnings', '-e', program, code(), JSON.stringify(event)], {
    encoding: 'utf8',
    env: { AWS_REGION: 'eu-central-1', ...environment },
  });
}

const ENVIRONMENT = Object.fromEntries(REQUIRED_ENVIRONMENT.map((name) => [name, `value of ${name}`]));

describe('the deployed bundle', () => {
  test('tells Secrets Manager and the log why it refuses, in the one way that needs no AWS', () => {
    const { stdout, stderr } = invoke(ENVIRONMENT, { Step: 'dropSecret', SecretId: 's', ClientRequestToken: 't' });
    const message =
      'a rotation event must have Step (createSecret, setSecret, testSecret, finishSecret), SecretId and ClientRequestToken; wrong or missing: Step';
    expect(JSON.parse(stderr)).toEqual({ name: 'RotationRefused', message });
    expect(JSON.parse(stdout)).toMatchObject({
      level: 'ERROR',
      message: 'invocation failed',
      service: 'db-secret-rotation',
      environment: 'value of ENVIRONMENT',
      release: 'value of RELEASE',
      function_request_id: 'request-1',
      error_name: 'RotationRefused',
      error_message: message,
    });
  });

  test('does not start without its environment, and names all that is missing', () => {
    const { status, stderr } = invoke({}, {});
    expect(status).not.toBe(0);
    expect(stderr).toContain(
      'environment variables must be set and not empty, got nothing for ENVIRONMENT, RELEASE, MASTER_SECRET_ARN, DATABASE_AUTHORITIES_SECRET_ARN',
    );
  });

  test('has at most 700 kB', () => {
    expect(statSync(code()).size).toBeLessThanOrEqual(700_000);
  });
});
