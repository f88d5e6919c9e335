import { randomUUID } from 'node:crypto';
import type { Login } from '../../../lambda/db-secret-rotation/credentials';
import { type Step, STEPS } from '../../../lambda/db-secret-rotation/event';
import { createHandler } from '../../../lambda/db-secret-rotation/handler';
import { postgresSessions, type RoleSession } from '../../../lambda/db-secret-rotation/role-session';
import { SecretsManagerVersions, type SecretVersions } from '../../../lambda/db-secret-rotation/secret-versions';
import type { LogFields } from '../../../lambda/shared/logger';
import { FakeSecretsManager } from '../../support/fake-secrets-manager';
import type { LedgerServer } from './ledger-users';

export const MASTER = 'arn:master';

/** A secret of one user of the ledger, and what rotates it. */
export class RotationRun {
  readonly manager = new FakeSecretsManager();
  readonly secretId = `arn:${randomUUID()}`;
  /** Every statement with its values, as the function sent it. */
  readonly statements: string[] = [];
  /** Every line of the log. */
  readonly lines: string[] = [];
  /** How often the function called Secrets Manager or the database. */
  calls = 0;
  /** After which call the function's process dies: its connections break, and it does nothing any more. */
  diesAfter = Infinity;

  constructor(
    readonly ledger: Pick<LedgerServer, 'server' | 'master' | 'dbname'>,
    readonly login: Login,
    readonly ca: string | undefined = ledger.server.caPem,
  ) {
    const { host, port } = ledger.server;
    this.manager.create(MASTER, ledger.master);
    this.manager.create(this.secretId, { engine: 'postgres', host, port, dbname: ledger.dbname, ...login });
  }

  /** The user and password under a label. */
  stored(stage = 'AWSCURRENT'): Login {
    const { username, password } = this.manager.value(this.secretId, stage);
    return { username: String(username), password: String(password) };
  }

  /** Has the function do a step, in a process of its own. */
  async step(step: string, versionId: string, secretId = this.secretId): Promise<void> {
    const log = (message: string, fields?: LogFields): void => {
      this.lines.push(JSON.stringify({ message, ...fields }));
    };
    // Those of this process only: there may be several at once.
    const opened: RoleSession[] = [];
    try {
      await createHandler({
        secrets: this.secrets(),
        sessions: {
          open: async (target, login) => {
            const session = await this.call(() =>
              postgresSessions(() => Promise.resolve(this.ca ?? '')).open(target, login),
            );
            if (session !== undefined) opened.push(session);
            return session && this.watched(session);
          },
        },
        masterSecretId: MASTER,
        logger: { info: log, warn: log, error: log },
      })({ Step: step, SecretId: secretId, ClientRequestToken: versionId });
    } finally {
      await Promise.all(opened.map((session) => session.end().catch(() => undefined)));
    }
  }

  /** A whole rotation, as Secrets Manager runs it. */
  async rotate(versionId = this.manager.startRotation(this.secretId)): Promise<string> {
    for (const step of STEPS) await this.step(step, versionId);
    return versionId;
  }

  /** A rotation up to a step, without it. */
  async rotateUpTo(end: Step): Promise<string> {
    const versionId = this.manager.startRotation(this.secretId);
    for (const step of STEPS.slice(0, STEPS.indexOf(end))) await this.step(step, versionId);
    return versionId;
  }

  private secrets(): SecretVersions {
    const real = new SecretsManagerVersions(this.manager.client);
    return {
      describe: (id) => this.call(() => real.describe(id)),
      readCurrent: (id) => this.call(() => real.readCurrent(id)),
      readPending: (id, version) => this.call(() => real.readPending(id, version)),
      putPending: (id, version, value) => this.call(() => real.putPending(id, version, value)),
      makeCurrent: (id, version, present) => this.call(() => real.makeCurrent(id, version, present)),
    };
  }

  private watched(session: RoleSession): RoleSession {
    return {
      query: (sql, values) => {
        this.statements.push([sql, ...(values ?? [])].join(' '));
        return this.call(() => session.query(sql, values));
      },
      end: () => this.call(() => session.end()),
    };
  }

  private async call<Result>(act: () => Promise<Result>): Promise<Result> {
    if (this.calls >= this.diesAfter) throw new Error('the process is dead');
    this.calls += 1;
    const result = await act();
    if (this.calls >= this.diesAfter) throw new Error('the process dies');
    return result;
  }
}
