import { randomUUID } from 'node:crypto';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { AuditLog, AuditRecord } from '../../../lambda/shared/audit/audit-log';
import { auditKey } from '../../../lambda/shared/audit/s3-audit-log';
import type { AuthorityState, Side } from '../../../lambda/shared/authority/authority';
import { AUTHORITY_KEY, DynamoDbAuthority } from '../../../lambda/shared/authority/dynamodb-authority';
import { type Ledger, LedgerUnavailable } from '../../../lambda/shared/ledger/ledger';
import { fromItem, toItem } from '../../../lambda/shared/transactions/item';
import type { Transaction } from '../../../lambda/shared/transactions/transaction';
import { createHandler } from '../../../lambda/transaction-processing/handler';
import { DynamoDbTransactionItems } from '../../../lambda/transaction-processing/transaction-items';
import type { LocalDynamoDb } from '../../support/dynamodb';
import { recordStream, type StreamRecord } from '../../support/stream';
import { recordingPorts } from '../shared/stream/fixtures';
import { faulty, type Inject } from './faults';

export interface WorldOptions {
  readonly dynamodb: LocalDynamoDb;
  readonly ledgers: Readonly<Record<Side, Ledger>>;
}

/** A payment as it is when fraud detection has approved it. */
export const approved = (more: Partial<Transaction> = {}): Transaction => ({
  transactionId: randomUUID(),
  timestamp: 1_767_225_600_000,
  clientId: 'shop',
  idempotencyKey: randomUUID(),
  userId: 'user-1',
  merchantId: 'merchant-1',
  cardToken: 'tok_secret',
  amount: 1250,
  currency: 'EUR',
  currencyExponent: 2,
  country: 'DE',
  status: 'APPROVED',
  fraud: { decision: 'APPROVED', score: 0, reasons: [], rulesVersion: '1', decidedAt: 1_767_225_600_100 },
  redrives: 0,
  ...more,
});

/** The function with its real adapters of DynamoDB, given ledgers, and the rest in memory, all of it to be struck by faults. */
export function createWorld({ dynamodb, ledgers }: WorldOptions) {
  const stream = recordStream(dynamodb.client, dynamodb.transactionsTable);
  const records = new Map<string, AuditRecord>();
  const audit: AuditLog = {
    write: (record) => {
      records.set(auditKey(record), record);
      return Promise.resolve();
    },
  };
  const ports = recordingPorts();
  let inject: Inject = () => undefined;
  let crash: () => void = () => undefined;
  const strike = <Port extends object>(name: string, port: Port, error?: () => Error): Port =>
    faulty(
      name,
      port,
      (at) => inject(at),
      {
        crash: () => {
          crash();
        },
      },
      error,
    );
  const lost = () => new LedgerUnavailable('ECONNRESET', 'the connection is gone');
  const struck: Readonly<Record<Side, Ledger>> = {
    'on-prem': strike('ledger', ledgers['on-prem'], lost),
    aurora: strike('ledger', ledgers.aurora, lost),
  };
  const handler = createHandler({
    authority: strike('authority', new DynamoDbAuthority(dynamodb.client, dynamodb.stateTable)),
    transactions: strike('transactions', new DynamoDbTransactionItems(stream.client, dynamodb.transactionsTable)),
    ledgerFor: (side) => struck[side],
    audit: strike('audit', audit),
    failedQueue: strike('queue', ports.failedQueue),
    topics: strike('topics', ports.topics),
    logger: ports.logger,
    metrics: ports.metrics,
  });

  /** One invocation. @returns what Lambda gets, or undefined when it crashed */
  const invoke = async (batch: readonly StreamRecord[], remaining = 60_000): Promise<readonly string[] | undefined> => {
    const crashed = new Promise<undefined>((resolve) => {
      crash = () => {
        resolve(undefined);
      };
    });
    const answer = handler({ Records: batch }, { getRemainingTimeInMillis: () => remaining });
    return (await Promise.race([answer, crashed]))?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };

  return {
    stream,
    audited: records,
    ...ports,
    invoke,
    /** Sets what strikes from now on. */
    strikeWith: (next: Inject) => {
      inject = next;
    },
    /** Delivers a batch as Lambda does: again from the first failed record on, all of it after a crash. @returns how often */
    deliver: async (batch: readonly StreamRecord[], attempts = 20): Promise<number> => {
      let rest = batch;
      for (let attempt = 1; attempt <= attempts; attempt += 1) {
        const failed = await invoke(rest);
        if (failed?.length === 0) return attempt;
        const first = failed === undefined ? 0 : rest.findIndex((r) => failed.includes(r.dynamodb.SequenceNumber));
        rest = rest.slice(first);
      }
      return Infinity;
    },
    setAuthority: async ({ authority, epoch }: AuthorityState) => {
      await dynamodb.client.send(
        new PutCommand({ TableName: dynamodb.stateTable, Item: { ...AUTHORITY_KEY, authority, epoch } }),
      );
    },
    /** Stores a payment. @returns the stream's record of it */
    store: async (transaction: Transaction, more: Readonly<Record<string, unknown>> = {}): Promise<StreamRecord> => {
      await stream.client.send(
        new PutCommand({ TableName: dynamodb.transactionsTable, Item: { ...toItem(transaction), ...more } }),
      );
      return lastOf(stream.records, transaction);
    },
    /** Drives a payment again, as the reconciliation does. @returns the stream's record of it */
    redrive: async ({ transactionId, timestamp }: Transaction): Promise<StreamRecord> => {
      await stream.client.send(
        new UpdateCommand({
          TableName: dynamodb.transactionsTable,
          Key: { transaction_id: transactionId, timestamp },
          UpdateExpression: 'SET #status = :approved ADD redrives :one',
          ConditionExpression: '#status IN (:approved, :failed)',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':approved': 'APPROVED', ':failed': 'FAILED', ':one': 1 },
        }),
      );
      return lastOf(stream.records, { transactionId });
    },
    /** The payment as its item says. */
    stored: async ({ transactionId, timestamp }: Transaction): Promise<Transaction> => {
      const { Item } = await dynamodb.client.send(
        new GetCommand({
          TableName: dynamodb.transactionsTable,
          Key: { transaction_id: transactionId, timestamp },
          ConsistentRead: true,
        }),
      );
      return fromItem(Item ?? {});
    },
  };
}

export type World = ReturnType<typeof createWorld>;

function lastOf(records: readonly StreamRecord[], { transactionId }: Pick<Transaction, 'transactionId'>): StreamRecord {
  const record = records.findLast(
    ({ dynamodb }) => unmarshall(dynamodb.Keys as never).transaction_id === transactionId,
  );
  if (record === undefined) throw new Error('nothing was written');
  return record;
}
