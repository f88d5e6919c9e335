import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { FunctionBundler } from '../../../constructs/compute/function-bundler';
import { readKnownSlots, readSettings, REQUIRED_ENVIRONMENT } from '../../../lambda/migration-watch/environment';

/** Runs the deployed bundle as Lambda does: the environment at the start, then one event. */
function invoke(environment: Readonly<Record<string, string>>, event: unknown) {
  const code = join(dirname(new FunctionBundler().bundle('migration-watch').zipPath), 'index.js');
  const program = `require(process.argv[1]).handler(JSON.parse(process.argv[2]), { awsRequestId: 'request-1' })
    .catch((error) => process.stderr.write(JSON.stringify({ name: error.name, message: error.message })))`;
  return spawnSync(process.execPath, ['--no-warnings', '-e', program, code, JSON.stringify(event)], {
    encoding: 'utf8',
    env: { AWS_REGION: 'eu-central-1', ...environment },
  });
}

const ENVIRONMENT = Object.fromEntries(
  REQUIRED_ENVIRONMENT.map((name) => [name, /_(SECONDS|HOURS)$/.test(name) ? '60' : `value of ${name}`]),
);

test('the deployed bundle starts with its environment, and refuses an event by name', () => {
  const { stderr } = invoke(ENVIRONMENT, {});
  expect(JSON.parse(stderr)).toEqual({
    name: 'ExplainedError',
    message: 'the event must have an action, one of measure, slots; correct the schedule',
  });
});

test('it does not start without its environment, and names all that is missing', () => {
  const { status, stderr } = invoke({}, {});
  expect(status).not.toBe(0);
  expect(stderr).toContain(`got nothing for ${REQUIRED_ENVIRONMENT.join(', ')}`);
});

const NUMBERS = {
  RECORD_TTL_SECONDS: '1',
  FREEZE_GRACE_SECONDS: '0',
  VERIFY_SECONDS: '0',
  ROLLBACK_WINDOW_HOURS: '0',
};

test('its numbers are read down to the least of each', () => {
  expect(readSettings(NUMBERS)).toEqual({ ttlSeconds: 1, graceSeconds: 0, verifySeconds: 0, rollbackWindowHours: 0 });
});

test('all numbers that are none are named at once', () => {
  expect(() =>
    readSettings({
      RECORD_TTL_SECONDS: '0',
      FREEZE_GRACE_SECONDS: '-1',
      VERIFY_SECONDS: '1.5',
      ROLLBACK_WINDOW_HOURS: 'x',
    }),
  ).toThrow(
    'environment variables must make sense: RECORD_TTL_SECONDS must be a whole number from 1, got 0; FREEZE_GRACE_SECONDS must be a whole number from 0, got -1; VERIFY_SECONDS must be a whole number from 0, got 1.5; ROLLBACK_WINDOW_HOURS must be a whole number from 0, got x',
  );
});

test.each([
  [undefined, []],
  ['', []],
  ['a, b,', ['a', 'b']],
])('slots of others are read from %j', (text, names) => {
  expect(readKnownSlots(text)).toEqual(names);
});
