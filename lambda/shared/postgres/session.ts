import type { Client } from 'pg';
import { classify, isConnectionLost, leavesConnectionClean } from './classify';
import { connect } from './connect';
import type { ConnectionSettings } from './settings';

export interface PostgresSessionOptions {
  /** Gives the settings whenever a connection is opened. `fresh`: those that it gave last were refused by the server. */
  readonly settings: (options: { readonly fresh: boolean }) => Promise<ConnectionSettings>;
  /**
   * After how long without use a connection is replaced instead of used, in milliseconds, from 1. Firewalls, NAT and load
   * balancers forget silent connections, after 350 s for those of AWS, and a frozen instance sends no keep-alive.
   * @default 120000
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html
   */
  readonly maxIdleMs?: number;
  /** Milliseconds since 1970. @default the clock */
  readonly now?: () => number;
}

/** A connection and what was heard of it while nobody asked. */
interface OpenConnection {
  readonly client: Client;
  lost: boolean;
  usedAt: number;
}

/**
 * One connection to a database, opened when it is first needed and used again by the invocations that follow. It is given up
 * after an error that says it is gone, or that leaves open in which state it is, and the next use opens another one.
 */
export class PostgresSession {
  private connection: OpenConnection | undefined;
  private queue: Promise<unknown> = Promise.resolve();
  private readonly maxIdleMs: number;
  private readonly now: () => number;

  constructor(private readonly options: PostgresSessionOptions) {
    this.maxIdleMs = options.maxIdleMs ?? 120_000;
    this.now = options.now ?? Date.now;
  }

  /**
   * Runs a unit of work: queries that end whatever transaction they begin. One at a time, in the order asked.
   *
   * A unit may run twice. The socket of an instance that was frozen can be dead without anybody having noticed, and when an
   * answer does not come nobody can tell whether the request was executed. So a unit must be idempotent, as booking is by its
   * keys, and is then run once more, over a new connection, when a connection from an earlier use was lost under it. A loss on
   * a new connection is no relic of the past: it is thrown.
   * @throws what the unit throws, and what stands in the way of a connection: see `connect`
   */
  run<Result>(unit: (client: Client) => Promise<Result>): Promise<Result> {
    const result = this.queue.then(() => this.attempt(unit));
    this.queue = result.catch(() => undefined);
    return result;
  }

  /** Closes the connection; the next use opens another one. */
  async close(): Promise<void> {
    await this.queue;
    const { connection } = this;
    this.connection = undefined;
    if (connection !== undefined && !connection.lost) await connection.client.end();
  }

  private async attempt<Result>(unit: (client: Client) => Promise<Result>): Promise<Result> {
    const earlier = this.earlier();
    if (earlier === undefined) return this.use(await this.open(), unit);
    try {
      return await this.use(earlier, unit);
    } catch (error) {
      if (!isConnectionLost(error)) throw error;
      return this.use(await this.open(), unit);
    }
  }

  /** The connection of an earlier use, when there is one that seems to be alive. */
  private earlier(): OpenConnection | undefined {
    const { connection } = this;
    if (connection === undefined) return undefined;
    if (!connection.lost && this.now() - connection.usedAt <= this.maxIdleMs) return connection;
    this.drop(connection);
    return undefined;
  }

  private async use<Result>(connection: OpenConnection, unit: (client: Client) => Promise<Result>): Promise<Result> {
    try {
      const result = await unit(connection.client);
      if (connection.client.getTransactionStatus() !== 'I') {
        throw new Error('a unit of work must end the transaction that it begins, got one that is still open');
      }
      connection.usedAt = this.now();
      return result;
    } catch (error) {
      const clean = leavesConnectionClean(error) && connection.client.getTransactionStatus() === 'I';
      if (clean) connection.usedAt = this.now();
      else this.drop(connection);
      throw error;
    }
  }

  private async open(): Promise<OpenConnection> {
    const connection: OpenConnection = { client: await this.login(), lost: false, usedAt: this.now() };
    const lost = () => {
      connection.lost = true;
    };
    connection.client.on('error', lost);
    connection.client.on('end', lost);
    this.connection = connection;
    return connection;
  }

  /** A password that was changed since it was read is read once more. */
  private async login(): Promise<Client> {
    const settings = await this.options.settings({ fresh: false });
    try {
      return await connect(settings);
    } catch (error) {
      if (classify(error) !== 'authentication') throw error;
      const fresh = await this.options.settings({ fresh: true });
      // The same again would count as one more failed login of that user.
      if (fresh.user === settings.user && fresh.password === settings.password) throw error;
      return connect(fresh);
    }
  }

  private drop(connection: OpenConnection): void {
    if (this.connection === connection) this.connection = undefined;
    // Not awaited: over a dead line the end never comes. The client ends a query that still waits with its socket.
    connection.client.end().catch(() => undefined);
  }
}
