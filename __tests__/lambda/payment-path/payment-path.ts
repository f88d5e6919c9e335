import { randomUUID } from 'node:crypto';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { Decisions } from '../../../lambda/fraud-detection/decisions';
import { createRecordHandler } from '../../../lambda/fraud-detection/handler';
import { UserIndexHistory } from '../../../lambda/fraud-detection/history';
import { S3AuditLog } from '../../../lambda/shared/audit/s3-audit-log';
import type { AuthorityState, Side } from '../../../lambda/shared/authority/authority';
import { AUTHORITY_KEY, DynamoDbAuthority } from '../../../lambda/shared/authority/dynamodb-authority';
import { createStreamHandler, type StreamResult } from '../../../lambda/shared/stream/handler';
import { idempotencyId } from '../../../lambda/shared/transactions/transaction-store';
import { createHandler } from '../../../lambda/transaction-processing/handler';
import { DynamoDbTransactionItems } from '../../../lambda/transaction-processing/transaction-items';
import { recordStream, type StreamRecord } from '../../support/stream';
import { RULES } from '../fraud-detection/fixtures';
import { type LocalApi, PAYMENT, startApi } from '../payment-validation/local-api';
import { type S3StandIn, startS3 } from '../shared/audit/s3-stand-in';
import { recordingPorts } from '../shared/stream/fixtures';
import { faulty, type Inject } from '../transaction-processing/faults';
import {
  createTwoLedgers,
  type LedgerRow,
  type TwoLedgers,
  type TwoServers,
} from '../transaction-processing/two-ledgers';

/** A consumer of the stream: what it takes, and how far it is. */
interface Consumer {
  readonly status: string;
  readonly handle: (event: unknown) => Promise<StreamResult>;
  next: number;
}

type Document = Readonly<Record<string, unknown>>;

/** From the request to the ledger, by the functions' own code. */
export interface PaymentPath {
  readonly api: LocalApi;
  readonly s3: S3StandIn;
  readonly ledgers: TwoLedgers;
  readonly ports: ReturnType<typeof recordingPorts>;
  /** The client of this path: no other one uses it. */
  readonly clientId: string;
  /** What the load balancer calls. */
  handler(): ReturnType<LocalApi['handler']>;
  post(key: string, changes?: Document): Promise<{ readonly status: number; readonly document: Document }>;
  get(id: unknown): Promise<{ readonly status: number; readonly document: Document }>;
  /** Lets both consumers read on, until each is done or has to wait. @returns whether both are done */
  pump(): Promise<boolean>;
  /** Delivers all records from the beginning again, as after a lost checkpoint. */
  rewind(): void;
  setAuthority(state: AuthorityState): Promise<void>;
  /** Removes a client's key from the table, as its time to live does. */
  forget(key: string): Promise<void>;
  /** What strikes the calls of booking. */
  strikeWith(inject: Inject): void;
  rows(side: Side): Promise<readonly LedgerRow[]>;
  stop(): Promise<void>;
}

export async function startPaymentPath(servers: TwoServers, name: string): Promise<PaymentPath> {
  const [api, s3, ledgers] = await Promise.all([startApi(), startS3(), createTwoLedgers(servers, name)]);
  const { dynamodb } = api;
  const stream = recordStream(dynamodb.client, dynamodb.transactionsTable);
  const ports = recordingPorts();
  const clientId = randomUUID();
  const token = await api.issuer.token({ client_id: clientId });
  const connected = ledgers.connectLedgers();
  const audit = new S3AuditLog(s3.client, 'audit');
  const changes = { store: api.storeOf(stream.client), ledgers: { forSide: (side: Side) => connected[side] } };

  let inject: Inject = () => undefined;
  let crash: () => void = () => undefined;
  const strike = <Port extends object>(port: string, real: Port): Port =>
    faulty(port, real, (at) => inject(at), {
      crash: () => {
        crash();
      },
    });
  const struck = { 'on-prem': strike('ledger', connected['on-prem']), aurora: strike('ledger', connected.aurora) };

  const consumers: readonly Consumer[] = [
    {
      status: 'RECEIVED',
      next: 0,
      handle: createStreamHandler({
        ...ports,
        handleRecord: createRecordHandler({
          rules: { current: () => Promise.resolve(RULES) },
          history: new UserIndexHistory(dynamodb.client, dynamodb.transactionsTable),
          decisions: new Decisions(stream.client, dynamodb.transactionsTable),
          audit,
          metrics: ports.metrics,
          now: () => Date.now(),
        }),
      }),
    },
    {
      status: 'APPROVED',
      next: 0,
      handle: createHandler({
        ...ports,
        authority: new DynamoDbAuthority(dynamodb.client, dynamodb.stateTable),
        transactions: strike('transactions', new DynamoDbTransactionItems(stream.client, dynamodb.transactionsTable)),
        ledgerFor: (side) => struck[side],
        audit: strike('audit', audit),
      }),
    },
  ];

  /** One invocation, with what the event filter lets through. @returns whether the consumer got on */
  async function invoke(consumer: Consumer): Promise<boolean> {
    const records = stream.records.slice(consumer.next);
    const batch = records.filter((record) => statusOf(record) === consumer.status);
    const crashed = new Promise<undefined>((resolve) => {
      crash = () => {
        resolve(undefined);
      };
    });
    const answer = await Promise.race([consumer.handle({ Records: batch }), crashed]);
    if (answer === undefined) return true;
    const failed = answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    const first = records.findIndex(({ dynamodb: { SequenceNumber } }) => failed.includes(SequenceNumber));
    const done = first < 0 ? records.length : first;
    consumer.next += done;
    return done > 0;
  }

  const send = async (method: string, path: string, key?: string, body?: Document) => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(key === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': key }),
    };
    const request = { method, path, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const { status, json } = await api.send('load balancer', request, changes);
    return { status, document: (json ?? {}) as Document };
  };

  return {
    api,
    s3,
    ledgers,
    ports,
    clientId,
    handler: () => api.handler(changes),
    post: (key, more = {}) => send('POST', '/payments', key, { ...PAYMENT, user_id: randomUUID(), ...more }),
    get: (id) => send('GET', `/payments/${String(id)}`),
    pump: async () => {
      for (let goesOn = true; goesOn;) {
        goesOn = false;
        for (const consumer of consumers) goesOn = (await invoke(consumer)) || goesOn;
      }
      return consumers.every(({ next }) => next === stream.records.length);
    },
    rewind: () => {
      for (const consumer of consumers) consumer.next = 0;
    },
    setAuthority: async ({ authority, epoch, frozenFrom }) => {
      const Item = {
        ...AUTHORITY_KEY,
        authority,
        epoch,
        ...(frozenFrom === undefined ? {} : { frozen_from: frozenFrom }),
      };
      await dynamodb.client.send(new PutCommand({ TableName: dynamodb.stateTable, Item }));
    },
    forget: async (key) => {
      const Key = { transaction_id: idempotencyId(clientId, key), timestamp: 0 };
      await stream.client.send(new DeleteCommand({ TableName: dynamodb.transactionsTable, Key }));
    },
    strikeWith: (next) => {
      inject = next;
    },
    rows: (side) => ledgers.rowsOf(side, clientId),
    stop: async () => {
      await ledgers.close();
      await Promise.all([api.stop(), s3.stop()]);
    },
  };
}

const statusOf = ({ dynamodb: { NewImage } }: StreamRecord): unknown =>
  (NewImage?.status as { S?: unknown } | undefined)?.S;
