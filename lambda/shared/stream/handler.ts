import type { Logger } from '../logger';
import type { Metrics } from '../metrics';
import { errorFields } from '../runtime/error-fields';
import type { Item } from '../transactions/item';
import { MalformedItem } from '../transactions/item';
import { classify, type Failure } from './failure';
import type { FailedQueue, FailureNotice, Topics } from './ports';
import { itemIn, parseStreamEvent, type StreamRecord } from './record';

/** What the handler of a stream needs from outside. `functionHandler` around it writes the metrics out. */
export interface StreamHandlerDependencies {
  /** Handles one record. Whatever it throws decides what becomes of the record: see `classify`. */
  readonly handleRecord: (image: Item, record: StreamRecord) => Promise<void>;
  readonly failedQueue: FailedQueue;
  readonly topics: Topics;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** What the handler reads of Lambda's context. */
export interface StreamContext {
  getRemainingTimeInMillis(): number;
}

/** What Lambda takes from a partial batch response: the records that are delivered again. */
export interface StreamResult {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** No record is begun with less time left: a time-out would deliver again also what is done. */
const RESERVE_MILLIS = 10_000;

/**
 * The function behind a DynamoDB stream. It goes through the batch once and sorts what fails:
 *
 * - What only has to wait is reported as failed. Lambda then delivers again from the first such record on, without end.
 *   Where the ledger cannot be written, the rest of the batch is not tried.
 * - Poison and unexpected faults go whole into the queue, are told, and count as done: they hold up nobody.
 * - A record that the queue did not take is reported as failed: it is in the stream or in the queue, never nowhere.
 *
 * Order: Lambda delivers the records of one item in order, but a batch that is delivered again brings old records after newer
 * ones. That is harmless, because no handler relies on order: what it does to an item is an update on condition of the
 * item's present status, and ledger entries of different payments commute. An old record finds the item further on and
 * does nothing.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function createStreamHandler(dependencies: StreamHandlerDependencies) {
  const { handleRecord, logger } = dependencies;
  return async (event: unknown, context?: StreamContext): Promise<StreamResult> => {
    const records = parseStreamEvent(event);
    const told = new Set<string>();
    const failed: string[] = [];
    for (const [index, record] of records.entries()) {
      if ((context?.getRemainingTimeInMillis() ?? Infinity) < RESERVE_MILLIS) {
        failed.push(...records.slice(index).map(({ sequenceNumber }) => sequenceNumber));
        logger.warn('no time left for the rest of the batch', { records: records.length - index });
        break;
      }
      try {
        if (record.newImage !== undefined) await handleRecord(itemIn(record.newImage), record);
      } catch (error) {
        const failure = classify(error);
        log(logger, record, failure, error);
        // What follows a failed record is delivered again with it, so it goes nowhere until that is done with: else it
        // would lie in the queue once for each attempt.
        if (failed.length === 0 && (await isDone(dependencies, record, failure, told))) continue;
        failed.push(record.sequenceNumber);
        if (!failure.stopsBatch) continue;
        failed.push(...records.slice(index + 1).map(({ sequenceNumber }) => sequenceNumber));
        break;
      }
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

/** Sends a failed record where it belongs. @returns whether it is done with, so that the stream may forget it */
async function isDone(
  { failedQueue, topics, logger, metrics }: StreamHandlerDependencies,
  record: StreamRecord,
  failure: Failure,
  told: Set<string>,
): Promise<boolean> {
  const { kind, code, needsOperator } = failure;
  const notice: FailureNotice = {
    code,
    sequenceNumber: record.sequenceNumber,
    ...(record.transactionId === undefined ? {} : { transactionId: record.transactionId }),
  };
  let done = false;
  if (kind !== 'wait') {
    try {
      await failedQueue.put(record, code);
      done = true;
      metrics.add('PaymentsFailed', 1);
    } catch (error) {
      logger.error('the queue of failed records took nothing', { ...idsOf(record), ...errorFields(error) });
    }
  }
  if (kind === 'poison' && done) await tell(logger, () => topics.failedTransaction(notice));
  // What has one cause fails many records: once an invocation is enough.
  if (needsOperator && !told.has(code)) {
    told.add(code);
    await tell(logger, () => topics.systemError(notice));
  }
  return done;
}

/**
 * Publishes a message. When that fails the record is where it belongs all the same, and the queue's alarm notices it: to
 * handle it again would only put it into the queue twice.
 */
export async function tell(logger: Logger, publish: () => Promise<void>): Promise<void> {
  try {
    await publish();
  } catch (error) {
    logger.error('a topic took no message', errorFields(error));
  }
}

/** What a log line says of a record. */
export const idsOf = ({ sequenceNumber, transactionId }: StreamRecord) => ({
  sequence_number: sequenceNumber,
  ...(transactionId === undefined ? {} : { transaction_id: transactionId }),
});

function log(logger: Logger, record: StreamRecord, { kind, code }: Failure, error: unknown): void {
  const fields = { ...idsOf(record), kind, code, ...errorFields(error) };
  if (kind === 'wait') logger.warn('a record waits', fields);
  // This message names attributes, never their values.
  else logger.error('a record failed', error instanceof MalformedItem ? { ...fields, reason: error.message } : fields);
}
