import type { StreamRecord } from './record';

/** Where records go that cannot be done, whole, so that they can be looked at and sent in again. */
export interface FailedQueue {
  /** @throws Error when the queue did not take it: the record is not safe, so it is not done */
  put(record: StreamRecord, code: string): Promise<void>;
}

/** What people are told about a failure: identifiers and codes. */
export interface FailureNotice {
  /** What happened, as a code. */
  readonly code: string;
  /** @default not known */
  readonly transactionId?: string;
  /** The record's place in its stream. @default it concerns the whole invocation */
  readonly sequenceNumber?: string;
}

/** Whom failures are told. */
export interface Topics {
  /** A payment needs somebody: it lies in the queue. */
  failedTransaction(notice: FailureNotice): Promise<void>;
  /** The system needs somebody. */
  systemError(notice: FailureNotice): Promise<void>;
}
