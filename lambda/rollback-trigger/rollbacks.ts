import {
  ExecutionAlreadyExists,
  ListExecutionsCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';

/** What the rollback machine is started with. */
export interface RollbackInput {
  /** Why, in one sentence. */
  readonly reason: string;
  readonly source: 'alarm' | 'operator';
  /** The `aws:userid` of whoever wants it. @default nobody in person: an alarm */
  readonly requestedBy?: string;
}

export interface Rollbacks {
  /** The execution that runs, by its ARN. @default none */
  running(): Promise<string | undefined>;
  /** Starts an execution; one that was started by this name, running or ended, is that one. @returns its ARN */
  start(name: string, input: RollbackInput): Promise<string>;
}

/** Executions of the machine `rollback` in Step Functions. */
export class StepFunctionsRollbacks implements Rollbacks {
  constructor(
    private readonly client: SFNClient,
    private readonly stateMachineArn: string,
  ) {}

  async running(): Promise<string | undefined> {
    const { stateMachineArn } = this;
    const { executions = [] } = await this.client.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING', maxResults: 1 }),
    );
    return executions[0]?.executionArn;
  }

  async start(name: string, input: RollbackInput): Promise<string> {
    const { stateMachineArn } = this;
    try {
      const { executionArn } = await this.client.send(
        new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
      );
      if (executionArn === undefined) throw new Error('Step Functions must answer with an execution, got nothing');
      return executionArn;
    } catch (error) {
      // It has ended since, or was started with another input.
      if (error instanceof ExecutionAlreadyExists)
        return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
      throw error;
    }
  }
}
