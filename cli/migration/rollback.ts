import { identify } from '../shared/identity';
import { confirm } from './confirm';
import type { Operation } from './dependencies';
import { explain, MigrationRefused, MigrationUnfinished } from './errors';
import { Executions } from './executions';
import { follow } from './follow';
import { newName } from './start';
import { estimateText } from './status/estimate-text';
import { known, readEstimate, reading } from './status/read-status';
import { executionName, machineArn } from './target';

export interface RollbackOptions {
  readonly reason: string;
  /** Whether to go on telling its progress until it has ended. */
  readonly watch: boolean;
  /** Whether somebody must confirm first. */
  readonly ask: boolean;
  /** Whether to start another one beside one that runs, and take the lease from it. */
  readonly overtake: boolean;
}

const NOT_STARTED = 'rollback not started';

/** How long a rollback waits for what is only told. */
const PATIENCE_SECONDS = 5;

const NO_ANSWER = { problem: `AWS did not answer within ${PATIENCE_SECONDS} s`, unanswered: true };
const NONE = { value: [] };

/**
 * Starts the rollback at once. Nothing that cannot be read keeps it waiting; only credentials that cannot work do.
 * @throws MigrationRefused when nothing was started
 * @throws MigrationUnfinished when AWS did not start it, or it was watched and failed
 */
export async function rollback(operation: Operation, options: RollbackOptions): Promise<void> {
  const { target, clients, say, complain, now, within } = operation;
  const executions = new Executions(clients.sfn, target);
  const [identity = NO_ANSWER, estimate = NO_ANSWER, running = NO_ANSWER] = await Promise.all([
    within(PATIENCE_SECONDS, identify(clients.sts, target.accountName, target.accountId)),
    within(PATIENCE_SECONDS, readEstimate(operation)),
    options.overtake
      ? NONE
      : within(
          PATIENCE_SECONDS,
          reading(target, () => executions.runningOf('rollback')),
        ),
  ]);
  if ('problem' in identity) {
    if (identity.unanswered !== true) throw new MigrationRefused(NOT_STARTED, [identity.problem]);
    complain(`${identity.problem}; started all the same`);
  }
  say(`rollback of ${target.environment}: ${estimateText(estimate, now())}`);
  // Not to know it is no reason to wait: two rollbacks are better than none.
  if ('problem' in running) complain(`whether a rollback runs already could not be read: ${running.problem}`);
  const [other] = known(running) ?? [];
  if (other !== undefined) {
    say(`A ROLLBACK RUNS ALREADY: ${other.name}; none was started (--overtake starts another one)`);
    say(`  ${other.arn}`);
    await goOn(operation, options, executions, other.arn);
    return;
  }
  if (options.ask) await confirm(operation, NOT_STARTED, 'leave out --ask');
  const requestedBy = 'problem' in identity ? undefined : identity.userId;
  const arn = await startRollback(operation, executions, { reason: options.reason, source: 'operator', requestedBy });
  say(`ROLLBACK STARTED: ${executionName(arn)}`);
  say(`  ${arn}`);
  await goOn(operation, options, executions, arn);
}

async function startRollback({ target, now }: Operation, executions: Executions, input: object): Promise<string> {
  try {
    const { arn } = await executions.start('rollback', newName('rollback', now()), input);
    return arn;
  } catch (error) {
    throw new MigrationUnfinished(
      [
        `whether the rollback was started is not known: ${explain(error, target)}`,
        '  run this again (it finds one that runs), or start it another way, as somebody who may:',
        `  aws stepfunctions start-execution --region ${target.region} --state-machine-arn ${machineArn(target, 'rollback')} --input '{}'`,
        `  aws lambda invoke --region ${target.region} --function-name rollback-trigger-${target.environment} --cli-binary-format raw-in-base64-out --payload '{"source":"operator","reason":"..."}' /dev/stdout`,
      ].join('\n'),
      { cause: error },
    );
  }
}

async function goOn(
  operation: Operation,
  { watch }: RollbackOptions,
  executions: Executions,
  arn: string,
): Promise<void> {
  const { target, say } = operation;
  if (watch) await follow(operation, executions, arn);
  else say(`look: npm run migration -- status --environment ${target.environment} --watch`);
}
