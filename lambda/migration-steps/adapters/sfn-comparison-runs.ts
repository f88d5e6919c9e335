import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  ListExecutionsCommand,
  type ListExecutionsOutput,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { ComparisonInput, ComparisonResult, ComparisonRun, ComparisonRuns } from '../ports/comparison-runs';

/** How the machine `comparison` ends where it has a verdict: see comparison-definition.ts. */
const VERDICTS: Readonly<Record<string, ComparisonResult>> = { Different: 'different', Unknown: 'unknown' };
/** A failed execution that is being redriven counts as one that runs. */
const RUNNING: readonly string[] = ['RUNNING', 'PENDING_REDRIVE'];

/** Executions of the state machine `comparison`. */
export class StepFunctionsComparisonRuns implements ComparisonRuns {
  constructor(
    private readonly client: Pick<SFNClient, 'send'>,
    private readonly stateMachineArn: string,
  ) {}

  async start(name: string, input: ComparisonInput): Promise<void> {
    try {
      await this.client.send(
        new StartExecutionCommand({ stateMachineArn: this.stateMachineArn, name, input: JSON.stringify(input) }),
      );
    } catch (error) {
      // One that has ended already, or was started with other input: names are used once in 90 days.
      if (!isNamed(error, 'ExecutionAlreadyExists')) throw error;
    }
  }

  async read(name: string): Promise<ComparisonRun | undefined> {
    try {
      return runOf(await this.client.send(new DescribeExecutionCommand({ executionArn: this.executionArn(name) })));
    } catch (error) {
      if (isNamed(error, 'ExecutionDoesNotExist')) return undefined;
      throw error;
    }
  }

  async last(): Promise<ComparisonRun | undefined> {
    let nextToken: string | undefined;
    do {
      // The one that was started last comes first.
      const page: ListExecutionsOutput = await this.client.send(
        new ListExecutionsCommand({
          stateMachineArn: this.stateMachineArn,
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
      const ended = page.executions?.find(({ status = '' }) => !RUNNING.includes(status));
      if (ended?.name !== undefined) return this.read(ended.name);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return undefined;
  }

  async lastEqual(): Promise<string | undefined> {
    const { executions = [] } = await this.client.send(
      new ListExecutionsCommand({ stateMachineArn: this.stateMachineArn, statusFilter: 'SUCCEEDED', maxResults: 1 }),
    );
    return executions[0]?.name;
  }

  private executionArn(name: string): string {
    return `${this.stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  }
}

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

function runOf({ name = '', status = 'RUNNING', error, cause, stopDate }: DescribeExecutionOutput): ComparisonRun {
  if (RUNNING.includes(status)) return { name, result: 'running' };
  const result = status === 'SUCCEEDED' ? 'equal' : (VERDICTS[error ?? ''] ?? 'failed');
  // The cause of a verdict is where the report is. Of an error the name will do: its text may be anybody's.
  const detail = result === 'failed' ? (error ?? status) : cause;
  return {
    name,
    result,
    ...(detail === undefined ? {} : { detail }),
    ...(stopDate === undefined ? {} : { endedAt: stopDate.getTime() }),
  };
}
