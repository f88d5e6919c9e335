import type { Execution, Executor } from '../migration/executor';
import type { Clock } from '../runtime/clock';
import { ExplainedError } from '../runtime/error-fields';
import type { AuthorityHistory } from './authority-history';
import type { ConditionalUpdate } from './authority-update';
import type { Executions } from './executions';
import { LeaseHeld, LeaseLost, type MigrationRecord } from './migration-authority';

/** What the lease needs of the item that it stands on. */
export interface LeaseOptions {
  readonly history: AuthorityHistory;
  readonly record: () => Promise<MigrationRecord>;
  readonly update: (update: ConditionalUpdate) => Promise<MigrationRecord | undefined>;
  readonly executions: Executions;
  readonly clock: Pick<Clock, 'now'>;
}

/** How often a lease that changes hands under it is looked at anew. */
const ATTEMPTS = 20;

/** The lease on the authority item. Its token grows with each holder and stays when a holder goes. */
export class DynamoDbLease {
  constructor(private readonly options: LeaseOptions) {}

  async acquire(execution: Execution): Promise<Executor> {
    return this.take(execution, async ({ machine, execution: holder, token }) => {
      if (!(await this.options.executions.isRunning(holder))) return;
      throw new LeaseHeld(
        `the lease must be free for ${execution.machine}, got ${machine} with token ${token} (${holder}), which is running; wait for its end, or let rollback take the lease over`,
      );
    });
  }

  async takeOver(execution: Execution): Promise<Executor> {
    return this.take(execution, () => Promise.resolve());
  }

  async release(executor: Executor): Promise<void> {
    const { lease } = await this.options.record();
    if (lease?.token !== executor.token) return;
    await this.options.history.lease(lease);
    await this.options.update({
      expected: { lease_token: executor.token, lease_execution: executor.execution },
      remove: ['lease_machine', 'lease_execution', 'lease_taken_at'],
    });
  }

  /** @param allow throws when the lease may not be taken from its holder */
  private async take({ machine, execution }: Execution, allow: (holder: Executor) => Promise<void>): Promise<Executor> {
    const { record, update, history, clock } = this.options;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const { epoch, lease, lastToken } = await record();
      if (epoch === 0) {
        throw new ExplainedError(
          'the authority item must be there before a migration begins, got none; deploy the environment, which creates it',
        );
      }
      await history.lease(lease);
      if (lease?.execution === execution) return { machine, execution, token: lease.token };
      if (lease !== undefined) await allow(lease);
      const taken = await update({
        expected: {
          lease_token: lastToken === 0 ? undefined : lastToken,
          // A lease that was released and taken again has another token.
          lease_execution: lease?.execution,
        },
        set: {
          lease_token: lastToken + 1,
          lease_machine: machine,
          lease_execution: execution,
          lease_taken_at: clock.now(),
        },
      });
      if (taken !== undefined) {
        await history.lease(taken.lease);
        return { machine, execution, token: lastToken + 1 };
      }
    }
    throw new LeaseHeld(
      `the lease must stay with one executor for a moment, got another one at each of ${ATTEMPTS} attempts; look for executions that are started again and again`,
    );
  }
}

/** Why an executor may not do anything any more. */
export function leaseLost({ lease, lastToken }: MigrationRecord, { token, execution }: Executor): LeaseLost {
  const now = lease === undefined ? `nobody since token ${lastToken}` : `${lease.execution} with token ${lease.token}`;
  return new LeaseLost(
    `the lease must be held by ${execution} with token ${token}, got ${now}; this execution does nothing more`,
  );
}

/** @throws LeaseLost when the executor did not hold the lease when the item was read */
export function requireLease(record: MigrationRecord, executor: Executor): void {
  const { lease } = record;
  if (lease?.token !== executor.token || lease.execution !== executor.execution) throw leaseLost(record, executor);
}
