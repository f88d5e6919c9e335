import { LambdaEventSourceMapping } from '@cdktf/provider-aws/lib/lambda-event-source-mapping';
import { Construct } from 'constructs';
import type { TransactionsTable } from '../storage';
import { requireNone, when } from '../validation/problem';
import type { FailedQueue } from './failed-queue';
import type { FunctionAlias } from './function-alias';
import type { NodeFunction } from './node-function';

export interface StreamConsumerProps {
  readonly function: NodeFunction;
  /** The version of the function that gets the records. A stream has one consumer each: no blue and green. */
  readonly alias: FunctionAlias;
  readonly table: TransactionsTable;
  /** The function gets the changes after which an item has this status, and no others. */
  readonly status: string;
  /** Where Lambda puts the position of records that the stream forgot before they were worked off. */
  readonly failedQueue: FailedQueue;
  /**
   * Records of one invocation, at most: 1 to 10,000.
   * @default 100
   */
  readonly batchSize?: number;
  /**
   * Invocations at a time for one shard: 1 to 10. Records of one item stay in order.
   * @default 10
   */
  readonly parallelizationFactor?: number;
}

/** For ever: a payment waits as long as its database is frozen; after 24 hours the stream forgets it, and a sweep comes. */
const FOR_EVER = -1;

const DEFAULTS = { batchSize: 100, parallelizationFactor: 10 } as const;

/**
 * Feeds a function from the stream of the transactions, from the oldest record on. The function reports the records that
 * must wait, and only these come again, in ever smaller batches and without end: retries that end would send good records
 * away while the databases are frozen. What can never succeed the function itself sends away, or it would hold up the rest.
 * @throws Error when a number is outside Lambda's limits
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export class StreamConsumer extends Construct {
  constructor(scope: Construct, id: string, props: StreamConsumerProps) {
    super(scope, id);
    const { function: target, table, failedQueue } = props;
    const { batchSize, parallelizationFactor } = { ...DEFAULTS, ...defined(props) };
    requireNone([
      ...integer('batchSize', batchSize, 10_000, 'records'),
      ...integer('parallelizationFactor', parallelizationFactor, 10, 'invocations a shard'),
    ]);
    table.grantReadStream(target.role);
    failedQueue.grantSend(target.role);
    new LambdaEventSourceMapping(this, 'Mapping', {
      eventSourceArn: table.streamArn,
      functionName: props.alias.aliasArn,
      startingPosition: 'TRIM_HORIZON',
      batchSize,
      parallelizationFactor,
      functionResponseTypes: ['ReportBatchItemFailures'],
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: FOR_EVER,
      maximumRecordAgeInSeconds: FOR_EVER,
      destinationConfig: { onFailure: { destinationArn: failedQueue.queueArn } },
      filterCriteria: { filter: [{ pattern: JSON.stringify(patternOf(props.status)) }] },
      // Lambda checks the permissions of the role when the mapping is made.
      dependsOn: target.role.inlinePolicy === undefined ? [] : [target.role.inlinePolicy],
    });
  }
}

const defined = ({ batchSize, parallelizationFactor }: StreamConsumerProps) => ({
  ...(batchSize === undefined ? {} : { batchSize }),
  ...(parallelizationFactor === undefined ? {} : { parallelizationFactor }),
});

const patternOf = (status: string) => ({
  eventName: ['INSERT', 'MODIFY'],
  dynamodb: { NewImage: { status: { S: [status] } } },
});

const integer = (field: string, got: number, max: number, unit: string) =>
  when(!(Number.isInteger(got) && got >= 1 && got <= max), {
    field,
    must: `must be an integer from 1 to ${max} (${unit})`,
    got,
    fix: 'choose a value in that range',
  });
