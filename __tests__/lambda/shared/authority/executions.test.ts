import { describe, expect, test } from '@jest/globals';
import { DescribeExecutionCommand, ExecutionDoesNotExist, SFNClient } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { StepFunctionsExecutions } from '../../../../lambda/shared/authority/executions';

const ARN = 'arn:aws:states:us-east-1:111111111111:execution:cutover-test:night';

describe('an execution of Step Functions', () => {
  const client = new SFNClient({ region: 'us-east-1' });
  const mock = mockClient(client);
  const executions = new StepFunctionsExecutions(client);

  test.each([
    ['RUNNING', true],
    ['PENDING_REDRIVE', true],
    ['SUCCEEDED', false],
    ['FAILED', false],
    ['TIMED_OUT', false],
    ['ABORTED', false],
  ] as const)('that is %s may have effects: %p', async (status, isRunning) => {
    mock.on(DescribeExecutionCommand, { executionArn: ARN }).resolves({ status });
    expect(await executions.isRunning(ARN)).toBe(isRunning);
  });

  test('that nobody knows has ended', async () => {
    mock.on(DescribeExecutionCommand).rejects(new ExecutionDoesNotExist({ message: 'gone', $metadata: {} }));
    expect(await executions.isRunning(ARN)).toBe(false);
  });

  test('that cannot be asked about is an error, not an end', async () => {
    mock.on(DescribeExecutionCommand).rejects(new Error('throttled'));
    await expect(executions.isRunning(ARN)).rejects.toThrow('throttled');
  });
});
