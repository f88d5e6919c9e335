import type { Statement } from '../../lambda/shared/migration/approvals';
import { DynamoDbStatements } from '../../lambda/shared/migration/dynamodb-statements';
import type { Machine } from '../../lambda/shared/migration/executor';
import { type Caller, requireCaller } from './account';
import type { Operation } from './dependencies';
import { explain, MigrationRefused, MigrationUnfinished } from './errors';
import { Executions, type Start } from './executions';

/** The machines that people start with a reason; `rollback` has a command of its own. */
export const STARTED = ['replicate', 'advance', 'cutover', 'resume', 'finish'] as const satisfies readonly Machine[];

export type StartedMachine = (typeof STARTED)[number];

export interface StartOptions {
  readonly machine: StartedMachine;
  readonly reason: string;
  /** Percent of the traffic for AWS. @default none: only `advance` has it */
  readonly to?: number;
  /** The comparison that the cutover relies on. @default the last one; only `cutover` has it */
  readonly comparison?: string;
  /** The name of a start that ended between its request and its execution. @default a new name */
  readonly name?: string;
}

const NOT_STARTED = 'not started';

/**
 * Writes the request under the caller's own id, then starts the execution of that name: without its request the machine would
 * refuse it. Both may be done again.
 * @throws MigrationRefused when nothing was done
 * @throws MigrationUnfinished when the request is written, but no execution started
 */
export async function start(operation: Operation, options: StartOptions): Promise<void> {
  const { target, clients, say, now } = operation;
  const caller = await requireCaller(operation, NOT_STARTED);
  const statements = new DynamoDbStatements(clients.dynamodb, target.stateTable);
  const name = options.name ?? newName(options.machine, now());
  const own = ownRequest(await statements.about(name), caller, name);
  const reason = own?.comment ?? options.reason;
  if (reason !== options.reason) say(`The reason stays as it was given first: ${reason}`);
  await statements.make({ userId: caller.userId, request: name, kind: 'request', at: now(), comment: reason });
  const result = await execute(operation, { ...options, name, reason, requestedBy: caller.userId });
  for (const line of started(operation, options.machine, name, result)) say(line);
}

/** Sorts by time, and is easily told on the phone. */
export const newName = (machine: Machine, now: number): string =>
  `${machine}-${new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}`;

/** @throws MigrationRefused when somebody else has asked by that name: who asked must be one */
function ownRequest(said: readonly Statement[], { userId }: Caller, name: string): Statement | undefined {
  const requests = said.filter(({ kind }) => kind === 'request');
  const own = requests.find((request) => request.userId === userId);
  const [other] = requests;
  if (own !== undefined || other === undefined) return own;
  throw new MigrationRefused(NOT_STARTED, [
    `${name} must be your own request, got one of ${other.userId}; leave --name out to make one of your own`,
  ]);
}

type Execution = StartOptions & { readonly name: string; readonly requestedBy: string };

async function execute({ target, clients }: Operation, execution: Execution): Promise<Start> {
  const { machine, name, reason, requestedBy, to, comparison } = execution;
  const input = {
    reason,
    requestedBy,
    ...(to === undefined ? {} : { to }),
    ...(comparison === undefined ? {} : { comparison }),
  };
  const again = `npm run migration -- start ${machine} --environment ${target.environment}${to === undefined ? '' : ` --to ${to}`}${comparison === undefined ? '' : ` --comparison ${comparison}`} --reason ${JSON.stringify(reason)} --name ${name}`;
  try {
    return await new Executions(clients.sfn, target).start(machine, name, input);
  } catch (error) {
    throw new MigrationUnfinished(
      `the request ${name} is written, but whether its execution started is not known: ${explain(error, target)}\n  then complete it, which starts nothing twice: ${again}`,
      { cause: error },
    );
  }
}

function started({ target }: Operation, machine: StartedMachine, name: string, result: Start): readonly string[] {
  if (result.outcome === 'taken') {
    throw new MigrationRefused(NOT_STARTED, [
      `${name} must be started with the input that it was started with, got another one (${result.arn}); leave --name out to start anew`,
    ]);
  }
  const first =
    result.outcome === 'started'
      ? `STARTED ${name}`
      : `${name} was started before, and is ${result.status}; nothing was changed`;
  const follow = `npm run migration -- status --environment ${target.environment} --watch`;
  return [first, `  ${result.arn}`, `next: ${NEXT[machine](target, name)}`, `look: ${follow}`];
}

type Target = Operation['target'];

const NEXT: Readonly<Record<StartedMachine, (target: Target, name: string) => string>> = {
  replicate: () =>
    'nothing to do for hours; people are paged if it fails, and told when the databases were found equal',
  advance: () => 'when its gates have passed, status says which weight to deploy; nothing moves before',
  cutover: ({ environment, requireSecondPerson }, name) =>
    `when its gates have passed, ${requireSecondPerson ? 'somebody else approves' : 'somebody approves (you may)'}: npm run migration -- approve ${name} --environment ${environment}`,
  resume: ({ environment, requireSecondPerson }, name) =>
    `two different people approve${requireSecondPerson ? ', neither of them you' : ''}: npm run migration -- approve ${name} --environment ${environment}`,
  finish: () => 'nothing to do; when it is done there is no rollback any more',
};
