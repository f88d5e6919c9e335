import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';

/** The executions of the machines, as far as the lease needs to know them. */
export interface Executions {
  /** Whether an execution may still have effects. One that nobody knows has ended. */
  isRunning(execution: string): Promise<boolean>;
}

/** Whether Step Functions runs an execution, by its ARN. */
export class StepFunctionsExecutions implements Executions {
  constructor(private readonly client: Pick<SFNClient, 'send'>) {}

  async isRunning(execution: string): Promise<boolean> {
    try {
      const { status } = await this.client.send(new DescribeExecutionCommand({ executionArn: execution }));
      // One that waits for its redrive goes on with the token that it has.
      return status === 'RUNNING' || status === 'PENDING_REDRIVE';
    } catch (error) {
      // Step Functions forgets executions 90 days after their end. By name: the class may come from another bundle.
      if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return false;
      throw error;
    }
  }
}
