import { DynamoDbStatements } from '../../lambda/shared/migration/dynamodb-statements';
import { requireCaller } from './account';
import type { Operation } from './dependencies';
import { explain, MigrationRefused } from './errors';
import { Executions } from './executions';
import type { Request } from './request';
import { listText } from './text';

/**
 * Refuses a request under the caller's own id. Anybody may at any time, and nothing is asked: it ends what waits. Only what is
 * known not to run is no request, for a mistyped name would stop nothing.
 * @throws MigrationRefused
 */
export async function refuse(operation: Operation, request: Request, comment: string | undefined): Promise<void> {
  const { target, clients, say, complain, now } = operation;
  const { userId } = await requireCaller(operation, 'not refused');
  const running = await whatRuns();
  if (running?.includes(request.execution) === false) {
    throw new MigrationRefused('not refused', [
      `${request.execution} must be an execution that runs, got ${listText(running, 'none that runs')}`,
    ]);
  }
  await new DynamoDbStatements(clients.dynamodb, target.stateTable).make({
    userId,
    request: request.text,
    kind: 'refusal',
    at: now(),
    ...(comment === undefined ? {} : { comment }),
  });
  say(`REFUSED ${request.text}, as ${userId}`);
  say(`look: npm run migration -- status --environment ${target.environment}`);

  async function whatRuns(): Promise<readonly string[] | undefined> {
    try {
      return (await new Executions(clients.sfn, target).running()).map(({ name }) => name);
    } catch (error) {
      complain(`what runs could not be read (${explain(error, target)}); refused all the same`);
      return undefined;
    }
  }
}
