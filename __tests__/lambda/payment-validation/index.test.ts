import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { FunctionBundler } from '../../../constructs/compute/function-bundler';
import { REQUIRED_ENVIRONMENT } from '../../../lambda/payment-validation/environment';
import { albEvent } from '../http-events';

const ENVIRONMENT = {
  ENVIRONMENT: 'staging',
  RELEASE: '0123abcd',
  TRANSACTIONS_TABLE: 'transactions-staging',
  MIGRATION_STATE_TABLE: 'migration-state-staging',
  JWT_ISSUER: 'https://issuer.test',
  JWT_AUDIENCE: 'payments-api',
  JWKS_URI: 'https://issuer.test/jwks.json',
  AURORA_READ_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:111111111111:secret:aurora',
  DATABASE_AUTHORITIES_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:111111111111:secret:authorities',
  AWS_REGION: 'us-east-1',
};

/** Runs the deployed bundle as Lambda does: the environment at the start, then one event. It may reach nobody. */
function invoke(environment: Readonly<Record<string, string>>, event: unknown) {
  const code = join(dirname(new FunctionBundler().bundle('payment-validation').zipPath), 'index.js');
  const program = `
    const refuse = () => { throw new Error('nothing may be fetched'); };
    require('node:net').Socket.prototype.connect = refuse;
    const { handler } = require(process.argv[1]);
    process.stdout.write = (write => (text) => write.call(process.stderr, text))(process.stderr.write);
    handler(JSON.parse(process.argv[2]), { functionVersion: '3', awsRequestId: 'r-1' })
      .then((result) => require('node:fs').writeSync(1, JSON.stringify(result)))`;
  return spawnSync(process.execPath, ['-e', program, code, JSON.stringify(event)], {
    encoding: 'utf8',
    env: environment,
  });
}

describe('the deployed bundle', () => {
  test('answers the health check with what its environment says, and reaches for nobody', () => {
    const { stdout } = invoke(ENVIRONMENT, albEvent());
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

  test("says that tokens cannot be verified when the issuer's keys cannot be had", () => {
    const token = [{ alg: 'RS256', kid: 'k' }, { iss: 'https://issuer.test', aud: 'payments-api' }, 'signature']
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const event = albEvent({ path: '/payments/1', multiValueHeaders: { authorization: [`Bearer ${token}`] } });
    const { stdout, stderr } = invoke(ENVIRONMENT, event);
    expect(JSON.parse(stdout)).toMatchObject({ statusCode: 503 });
    expect(stderr).toContain('"message":"the issuer\'s keys cannot be fetched"');
    expect(stderr).not.toContain(token);
  });

  test('does not start without its environment, and names all that is missing', () => {
    const { status, stderr } = invoke({}, albEvent());
    expect(status).not.toBe(0);
    expect(stderr).toContain(
      `environment variables must be set and not empty, got nothing for ${REQUIRED_ENVIRONMENT.join(', ')}`,
    );
  });
});
