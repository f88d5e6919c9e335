import { types } from 'node:util';
import { LedgerUnavailable, PaymentRefused } from '../ledger/ledger';
import { MalformedItem } from '../transactions/item';
import { UnreadableImage } from './record';

/** What a failed record needs. */
export interface Failure {
  /**
   * `wait`: nothing is wrong with the record, it is delivered again. `poison`: it can never be done as it is. `unexpected`:
   * nobody foresaw it; the record must not hold up others, the reconciliation drives it again.
   */
  readonly kind: 'wait' | 'poison' | 'unexpected';
  /** What happened, as a code: an SQLSTATE, an AWS error code, an errno, the name of an error's class. Never a message. */
  readonly code: string;
  /** Whether the records after it would fail alike, so that to try them only costs time. */
  readonly stopsBatch: boolean;
  /** Whether somebody must act before it can work. */
  readonly needsOperator: boolean;
}

/** The network, or a time limit of ours. */
const PASSING = /^(E(AI_AGAIN|CONN\w+|HOSTUNREACH|NETUNREACH|NOTFOUND|PIPE|TIMEDOUT|PROTO)|TimeoutError|AbortError)$/;
/** A ledger that waiting does not bring back: login, rights, credentials, certificate, schema, an authority item without sense. */
const NEEDS_OPERATOR = new RegExp(
  [
    // Login; no such database; a right is missing; the disk is full; data are damaged.
    '^(28...|3D000|42501|53100|XX00[12])$',
    // The server's certificate, or the authority that should vouch for it (OpenSSL's codes, Node's, those of reading PEM).
    'CERT|^UNABLE_TO_|^HOSTNAME_MISMATCH|^INVALID_(CA|PURPOSE)$|^ERR_OSSL_|^no-tls$|^sasl$',
    '^(authority-invalid|schema-incomplete|no-credentials|no-authority-certificate|secret-malformed|ExplainedError)$',
  ].join('|'),
);
/** AWS refuses this very request: to send it again changes nothing, and others are not concerned. */
const OF_THE_REQUEST = new Set([
  'ConditionalCheckFailedException',
  'ItemCollectionSizeLimitExceededException',
  'SerializationException',
  'ValidationException',
]);
const THROTTLED = /Throttl|TooManyRequests|RequestLimitExceeded|ProvisionedThroughputExceeded|SlowDown|LimitExceeded/;
const NOT_IMPLEMENTED = 501;

/** Sorts what a record's handling threw. */
export function classify(error: unknown): Failure {
  if (error instanceof LedgerUnavailable) {
    return waits(error.code, { stopsBatch: true, needsOperator: NEEDS_OPERATOR.test(error.code) || asks(error.cause) });
  }
  if (error instanceof PaymentRefused) return poison(error.code);
  if (error instanceof MalformedItem || error instanceof UnreadableImage) return poison(error.name);
  if (!isError(error)) return unexpected('NoError');
  if (isOfAws(error)) return classifyAws(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  if (PASSING.test(code)) return waits(code);
  if (PASSING.test(error.name)) return waits(error.name);
  // Role or its credentials are not there (yet).
  if (error.name === 'CredentialsProviderError') return waits(error.name, { needsOperator: true });
  return unexpected(error.name);
}

/** Whether what keeps the ledger away is a refusal of AWS that does not pass: of the secret, its key or the function's role. */
const asks = (cause: unknown): boolean =>
  isError(cause) && (cause.name === 'CredentialsProviderError' || (isOfAws(cause) && classifyAws(cause).needsOperator));

/** Node's own errors may be of another realm than this code's `Error`. */
const isError = (value: unknown): value is Error => value instanceof Error || types.isNativeError(value);

const poison = (code: string): Failure => ({ kind: 'poison', code, stopsBatch: false, needsOperator: false });
const unexpected = (code: string): Failure => ({ kind: 'unexpected', code, stopsBatch: false, needsOperator: true });
const waits = (code: string, more: Partial<Failure> = {}): Failure => ({
  kind: 'wait',
  code,
  stopsBatch: false,
  needsOperator: false,
  ...more,
});

interface AwsError extends Error {
  readonly $metadata: { readonly httpStatusCode?: number };
}

const isOfAws = (error: Error): error is AwsError =>
  '$metadata' in error && typeof error.$metadata === 'object' && error.$metadata !== null;

/** Outages and throttling pass; a missing permission, table or key waits for somebody and loses nothing meanwhile. */
function classifyAws(error: AwsError): Failure {
  if (OF_THE_REQUEST.has(error.name)) return unexpected(error.name);
  const { httpStatusCode: status } = error.$metadata;
  const passes =
    status === undefined || (status >= 500 && status !== NOT_IMPLEMENTED) || status === 409 || status === 429;
  const needsOperator =
    !passes && !('$retryable' in error && error.$retryable !== undefined) && !THROTTLED.test(error.name);
  return waits(error.name, { needsOperator });
}
