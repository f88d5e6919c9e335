import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLogger } from '../../../../lambda/shared/logger';
import { createMetrics } from '../../../../lambda/shared/metrics';
import { ExplainedError } from '../../../../lambda/shared/runtime/error-fields';
import { functionHandler } from '../../../../lambda/shared/runtime/invocation';
import { type CapturedOutput, captureOutput } from '../../../support/output';

let output: CapturedOutput;
beforeEach(() => {
  output = captureOutput();
});
afterEach(() => {
  output.release();
});

/** A function that counts a payment, and then does what the test says. */
function functionThat(act: (event: string) => Promise<string>) {
  const logger = createLogger({ service: 'fraud-detection', environment: 'prod', release: 'abc123' });
  const metrics = createMetrics({ environment: 'prod' });
  const handler = functionHandler(
    (event: string) => {
      metrics.add('PaymentsApproved', 1);
      return act(event);
    },
    { logger, metrics },
  );
  return (event: string) => handler(event, { awsRequestId: 'request-1' });
}

const caught = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => new Error('nothing was thrown'),
    (error: unknown) => error as Error,
  );

describe('an invocation', () => {
  test('answers what the handler answers, and writes its metrics when it ends', async () => {
    await expect(functionThat((event) => Promise.resolve(`${event}!`))('a')).resolves.toBe('a!');
    expect(output.documents()).toEqual([expect.objectContaining({ PaymentsApproved: 1 })]);
  });

  test('that fails is logged with its id, fails for Lambda under the same name, and writes its metrics', async () => {
    const error = await caught(
      functionThat(() => Promise.reject(Object.assign(new RangeError('card 4111'), { detail: 'card 4111' })))('a'),
    );
    const message = 'see the log line with function_request_id request-1';
    expect({ ...error, name: error.name, message: error.message, stack: error.stack, cause: error.cause }).toEqual({
      name: 'RangeError',
      message,
      stack: `RangeError: ${message}`,
      cause: undefined,
    });
    const documents = output.documents();
    expect(documents).toEqual([
      expect.objectContaining({
        level: 'ERROR',
        message: 'invocation failed',
        function_request_id: 'request-1',
        error_name: 'RangeError',
      }),
      expect.objectContaining({ PaymentsApproved: 1 }),
    ]);
    expect(JSON.stringify(documents)).not.toContain('4111');
  });

  test('tells its caller a message that was written for the log', async () => {
    const error = await caught(functionThat(() => Promise.reject(new ExplainedError('the table must exist')))('a'));
    expect(error.message).toBe('the table must exist');
  });

  test('that throws at once fails the same way', async () => {
    const error = await caught(
      functionThat(() => {
        throw new TypeError('x');
      })('a'),
    );
    expect([error.name, error.message]).toEqual(['TypeError', 'see the log line with function_request_id request-1']);
  });
});
