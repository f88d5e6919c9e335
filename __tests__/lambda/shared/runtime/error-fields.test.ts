import { describe, expect, test } from '@jest/globals';
import { errorFields, ExplainedError } from '../../../../lambda/shared/runtime/error-fields';

const SECRET = '4111111111111111';

/** An error that says what it was given in every place where errors say something. */
function leaky(): Error {
  const cause = Object.assign(new Error(`cause of ${SECRET}`), { code: `code ${SECRET}` });
  return Object.assign(new TypeError(`first line ${SECRET}\n    at ${SECRET} (file:1:1)`, { cause }), {
    code: `${SECRET} has a blank`,
    detail: `Key (card)=(${SECRET}) already exists.`,
    where: SECRET,
  });
}

describe('what the log says of an error', () => {
  test('is its class, its code, where it was thrown, and the classes and codes of its causes', () => {
    const cause = Object.assign(new RangeError('x'), { code: 'ECONNREFUSED' });
    const { error_stack, ...fields } = errorFields(
      Object.assign(new TypeError('y', { cause: new Error('z', { cause }) }), { code: '57P01' }),
    );
    expect(fields).toEqual({
      error_name: 'TypeError',
      error_code: '57P01',
      error_causes: ['Error', 'RangeError ECONNREFUSED'],
    });
    expect(error_stack).toEqual(
      expect.arrayContaining([expect.stringMatching(/^at .*error-fields\.test\.ts:\d+:\d+\)?$/)]),
    );
  });

  test('is of an error of AWS also the status and the id of the request', () => {
    const error = Object.assign(new Error('User: arn:... is not authorized'), {
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 400, requestId: 'b1946ac9-2492-4b7f-b3d6-2f1f2c5f3a11' },
    });
    expect(errorFields(error)).toMatchObject({
      error_name: 'AccessDeniedException',
      aws_status: 400,
      aws_request_id: 'b1946ac9-2492-4b7f-b3d6-2f1f2c5f3a11',
    });
  });

  test('has no message, no detail, and no line of the stack that comes from the message', () => {
    expect(JSON.stringify(errorFields(leaky()))).not.toContain(SECRET);
    expect(errorFields(leaky())['error_stack']).not.toHaveLength(0);
  });

  test('has no stack where the message was changed, for nobody knows where it begins', () => {
    const error = new Error(SECRET);
    error.stack = `Error: ${SECRET}\n    at ${SECRET} (file:1:1)`;
    error.message = 'changed';
    expect(errorFields(error)).toEqual({ error_name: 'Error', error_stack: [] });
  });

  test('has the message of an error that was written for the log', () => {
    expect(errorFields(new ExplainedError('secret orders-prod must have a host'))).toMatchObject({
      error_name: 'ExplainedError',
      error_message: 'secret orders-prod must have a host',
    });
  });

  test.each([
    [SECRET, 'thrown string'],
    [undefined, 'thrown undefined'],
    [{ message: SECRET }, 'thrown object'],
  ])('is only the type of what is no error: %j', (thrown, name) => {
    expect(errorFields(thrown)).toEqual({ error_name: name });
  });

  test('ends, also where an error is its own cause', () => {
    const error = new Error('x');
    error.cause = error;
    expect(errorFields(error)['error_causes']).toHaveLength(5);
  });

  test('does not take a sentence for a name', () => {
    const error = new Error('x');
    error.name = `Error of ${SECRET}`;
    expect(errorFields(error)['error_name']).toBe('Error');
  });
});
