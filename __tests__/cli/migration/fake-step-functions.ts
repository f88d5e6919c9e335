import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { awsError } from '../../support/fake-aws';

interface FakeExecution {
  status: string;
  readonly input: string;
  readonly startDate: Date;
  error?: string;
  cause?: string;
  /** What states were left with, the oldest first. */
  readonly left: { readonly name: string; readonly output: string }[];
}

const machineOf = (arn: string): string => arn.split(':')[6] ?? '';

/** Step Functions in memory: executions by their ARN, each page of a list holding one. */
export class FakeStepFunctions {
  readonly client = new SFNClient({ region: 'us-east-1' });
  readonly executions = new Map<string, FakeExecution>();
  /** Errors by the command that they are thrown of, as long as they are there. */
  readonly faults = new Map<'Start' | 'Describe' | 'List' | 'History', Error>();

  constructor(now: () => number) {
    const mock = mockClient(this.client);
    mock.on(StartExecutionCommand).callsFake(({ stateMachineArn, name, input }: Record<string, string>) => {
      this.fail('Start');
      const arn = `${stateMachineArn?.replace(':stateMachine:', ':execution:')}:${name}`;
      const found = this.executions.get(arn);
      if (found !== undefined && (found.status !== 'RUNNING' || found.input !== input)) {
        throw awsError('ExecutionAlreadyExists', 400, 'there is one');
      }
      this.add(arn, found?.input ?? input ?? '', now());
      return { executionArn: arn };
    });
    mock.on(DescribeExecutionCommand).callsFake(({ executionArn }: { executionArn: string }) => {
      this.fail('Describe');
      const found = this.executions.get(executionArn);
      if (found === undefined) throw awsError('ExecutionDoesNotExist', 400, 'none');
      return found;
    });
    mock.on(ListExecutionsCommand).callsFake((asked: { stateMachineArn: string; nextToken?: string }) => {
      this.fail('List');
      const all = [...this.executions].filter(
        ([arn, { status }]) => machineOf(arn) === machineOf(asked.stateMachineArn) && status === 'RUNNING',
      );
      const index = Number(asked.nextToken ?? 0);
      const executions = all
        .slice(index, index + 1)
        .map(([executionArn, { startDate }]) => ({ executionArn, startDate, name: executionArn.split(':').at(-1) }));
      return { executions, ...(index + 1 < all.length && { nextToken: String(index + 1) }) };
    });
    mock.on(GetExecutionHistoryCommand).callsFake(({ executionArn }: { executionArn: string }) => {
      this.fail('History');
      const left = this.executions.get(executionArn)?.left ?? [];
      return { events: [...left].reverse().map((stateExitedEventDetails) => ({ stateExitedEventDetails })) };
    });
  }

  /** An execution that runs. */
  add(arn: string, input: string, startedAt: number): FakeExecution {
    const made = { status: 'RUNNING', input, startDate: new Date(startedAt), left: [] };
    this.executions.set(arn, made);
    return made;
  }

  private fail(command: 'Start' | 'Describe' | 'List' | 'History'): void {
    const fault = this.faults.get(command);
    if (fault !== undefined) throw fault;
  }
}
