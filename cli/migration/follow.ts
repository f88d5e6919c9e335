import type { Operation } from './dependencies';
import { explain, MigrationUnfinished } from './errors';
import { type ExecutionState, type Executions, isRunning } from './executions';
import { progressText } from './status/progress-text';
import { readProgress, readStatus } from './status/read-status';
import { WATCH_SECONDS } from './status/status';
import { headline } from './status/status-text';
import { executionName } from './target';
import { clockText } from './text';

/**
 * Tells the progress of an execution by changes until it has ended, then where the migration stands. What cannot be read now
 * may be readable at the next look.
 * @throws MigrationUnfinished when it ended otherwise than well
 */
export async function follow(operation: Operation, executions: Executions, arn: string): Promise<void> {
  const { say, sleep, now } = operation;
  say('Ctrl-C ends this view, and nothing else.');
  let last = '';
  for (;;) {
    const [state, line] = await Promise.all([stateOf(operation, executions, arn), lineOf(operation, arn)]);
    if (line !== last) say(`${clockText(now())}  ${line}`);
    last = line;
    if (state !== undefined && !isRunning(state)) {
      await tellEnd(operation, executionName(arn), state);
      return;
    }
    await sleep(WATCH_SECONDS);
  }
}

async function stateOf({ target, complain }: Operation, executions: Executions, arn: string) {
  try {
    return await executions.state(arn);
  } catch (error) {
    complain(`how ${executionName(arn)} stands could not be read: ${explain(error, target)}`);
    return undefined;
  }
}

async function lineOf(operation: Operation, arn: string): Promise<string> {
  const reading = await readProgress(operation);
  if ('problem' in reading) return `progress could not be read: ${reading.problem}`;
  const { value: progress } = reading;
  if (progress === undefined || progress.execution !== arn) return 'it has not told anything yet';
  return progressText(progress);
}

async function tellEnd(operation: Operation, name: string, { status, error, cause }: ExecutionState): Promise<void> {
  operation.say(headline(await readStatus(operation)));
  if (status === 'SUCCEEDED') {
    operation.say(`${name}: SUCCEEDED`);
    return;
  }
  const why = [error, cause].filter((text) => text !== undefined).join(': ');
  throw new MigrationUnfinished(
    `${name}: ${status}${why === '' ? '' : ` (${why})`}; what is frozen stays frozen and loses nothing: see why, then start it again`,
  );
}
