import { expect, test } from '@jest/globals';
import { parseEvent } from '../../../lambda/db-secret-rotation/event';

const EVENT = { Step: 'setSecret', SecretId: 'arn:s', ClientRequestToken: 't' };

test('an event of Secrets Manager is a step, a secret and a version', () => {
  expect(parseEvent({ ...EVENT, RotationToken: 'r' })).toEqual({
    step: 'setSecret',
    secretId: 'arn:s',
    versionId: 't',
  });
});

test.each([
  [{ ...EVENT, Step: 'dropSecret' }, 'Step'],
  [{ ...EVENT, Step: 'toString' }, 'Step'],
  [{ ...EVENT, SecretId: '' }, 'SecretId'],
  [{ Step: 'setSecret' }, 'SecretId, ClientRequestToken'],
  [null, 'the event'],
])('anything else is refused: %j', (event, fields) => {
  expect(() => parseEvent(event)).toThrow(
    `a rotation event must have Step (createSecret, setSecret, testSecret, finishSecret), SecretId and ClientRequestToken; wrong or missing: ${fields}`,
  );
});
