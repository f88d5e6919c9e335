import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { FunctionBundler } from '../../../../constructs/compute/function-bundler';
import { REQUIRED_ENVIRONMENT } from '../../../../lambda/migration-steps/environment';

/** Runs the deployed bundle as Lambda does: the environment at the start, then one event. */
function invoke(environment: Readonly<Record<string, string>>, event: unknown) {
  const code = join(dirname(new FunctionBundler().bundle('migration-steps').zipPath), 'index.js');
  const program = `require(process.argv[1]).handler(JSON.parse(process.argv[2]), { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 900000 })
    .catch((error) => process.stderr.write(JSON.stringify({ name: error.name, message: error.message })))`;
  return spawnSync(process.execPath, ['--no-warnings', '-e', program, code, JSON.stringify(event)], {
    encoding: 'utf8',
    env: { AWS_REGION: 'eu-central-1', ...environment },
  });
}

const ENVIRONMENT = Object.fromEntries(
  REQUIRED_ENVIRONMENT.map((name) => [
    name,
    name === 'REQUIRE_SECOND_PERSON' ? 'true' : /_(SECONDS|MINUTES|HOURS)$/.test(name) ? '60' : `value of ${name}`,
  ]),
);

test('the deployed bundle starts with its environment, and refuses an event by name', () => {
  const { stderr } = invoke(ENVIRONMENT, { step: 'acquire' });
  expect(JSON.parse(stderr)).toMatchObject({
    name: 'ExplainedError',
    message: expect.stringMatching(
      /^the event of a step must be right: state must be the state's name; machine must be/,
    ),
  });
});

test('it does not start without its environment, and names all that is missing', () => {
  const { status, stderr } = invoke({}, {});
  expect(status).not.toBe(0);
  expect(stderr).toContain(`got nothing for ${REQUIRED_ENVIRONMENT.join(', ')}`);
});
