import { isDeepStrictEqual } from 'node:util';
import {
  DescribeExecutionCommand,
  type HistoryEvent,
  paginateGetExecutionHistory,
  paginateListExecutions,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { type Machine, MACHINES } from '../../lambda/shared/migration/executor';
import { absentAs, errorName } from '../shared/aws-errors';
import { executionArn, machineArn, type MigrationTarget } from './target';

export interface RunningExecution {
  readonly machine: Machine;
  readonly name: string;
  readonly arn: string;
  /** Milliseconds since 1970. @default AWS did not say */
  readonly startedAt?: number;
}

/** How an execution stands. */
export interface ExecutionState {
  /** As Step Functions says it, for instance `RUNNING`. */
  readonly status: string;
  /** How it failed. @default it did not, or says nothing */
  readonly error?: string;
  readonly cause?: string;
}

/** What became of a start: `started`, also where it ran already; `taken`: by an execution with another input. */
export type Start =
  | { readonly outcome: 'started'; readonly arn: string }
  | { readonly outcome: 'taken'; readonly arn: string }
  | { readonly outcome: 'there'; readonly arn: string; readonly status: string };

/** One that waits for its redrive goes on. */
const RUNNING = ['RUNNING', 'PENDING_REDRIVE'];

export const isRunning = ({ status }: ExecutionState): boolean => RUNNING.includes(status);

/** How many pages of an execution's history are looked through for one state: 1,000 events each. */
const HISTORY_PAGES = 5;

/** The executions of an environment's machines at Step Functions. */
export class Executions {
  constructor(
    private readonly client: SFNClient,
    private readonly target: Pick<MigrationTarget, 'environment' | 'accountId' | 'region'>,
  ) {}

  /** What runs now, in the order of the machines. */
  async running(): Promise<readonly RunningExecution[]> {
    return (await Promise.all(MACHINES.map((machine) => this.runningOf(machine)))).flat();
  }

  /** @default nobody knows it (any more) */
  async state(arn: string): Promise<ExecutionState | undefined> {
    const found = await this.describe(arn);
    if (found === undefined) return undefined;
    const { status = 'UNKNOWN', error, cause } = found;
    return { status, ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
  }

  /** Starts an execution. By the same name and with the same input it is started once. */
  async start(machine: Machine, name: string, input: object): Promise<Start> {
    const arn = executionArn(this.target, machine, name);
    try {
      await this.client.send(
        new StartExecutionCommand({
          stateMachineArn: machineArn(this.target, machine),
          name,
          input: JSON.stringify(input),
        }),
      );
      return { outcome: 'started', arn };
    } catch (error) {
      // It has ended, or was started with another input.
      if (errorName(error) !== 'ExecutionAlreadyExists') throw error;
      const found = await this.describe(arn);
      return isDeepStrictEqual(jsonOf(found?.input), input)
        ? { outcome: 'there', arn, status: found?.status ?? 'UNKNOWN' }
        : { outcome: 'taken', arn };
    }
  }

  /** What a state of an execution led to when it was last left. @default it was not left yet, or that is long ago */
  async lastOutputOf(arn: string, state: string): Promise<unknown> {
    let pages = 0;
    const history = paginateGetExecutionHistory(
      { client: this.client },
      { executionArn: arn, reverseOrder: true, includeExecutionData: true, maxResults: 1000 },
    );
    for await (const { events = [] } of history) {
      const left = events.find((event) => nameOfLeft(event) === state);
      if (left !== undefined) return jsonOf(left.stateExitedEventDetails?.output);
      pages += 1;
      if (pages === HISTORY_PAGES) return undefined;
    }
    return undefined;
  }

  /** What runs of one machine. */
  async runningOf(machine: Machine): Promise<readonly RunningExecution[]> {
    const pages = paginateListExecutions(
      { client: this.client },
      { stateMachineArn: machineArn(this.target, machine), statusFilter: 'RUNNING' },
    );
    const found: RunningExecution[] = [];
    for await (const { executions = [] } of pages) {
      for (const { name = '', executionArn: arn = '', startDate } of executions) {
        found.push({ machine, name, arn, ...(startDate === undefined ? {} : { startedAt: startDate.getTime() }) });
      }
    }
    return found;
  }

  private describe(arn: string) {
    return absentAs(['ExecutionDoesNotExist'], () =>
      this.client.send(new DescribeExecutionCommand({ executionArn: arn })),
    );
  }
}

const nameOfLeft = ({ stateExitedEventDetails: left }: HistoryEvent): string | undefined => left?.name;

/** What is no JSON is nothing. */
function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
