import { expect, test } from '@jest/globals';
import { LedgerUnavailable, PaymentRefused } from '../../../../lambda/shared/ledger/ledger';
import { classify } from '../../../../lambda/shared/stream/failure';
import { UnreadableImage } from '../../../../lambda/shared/stream/record';
import { MalformedItem } from '../../../../lambda/shared/transactions/item';

const named = (name: string, more: object = {}) => Object.assign(new Error('told nobody'), { name }, more);
const ofAws = (name: string, httpStatusCode?: number, more: object = {}) =>
  named(name, { $metadata: { httpStatusCode }, ...more });

const WAITS = { kind: 'wait', stopsBatch: false, needsOperator: false };
const ASKS = { ...WAITS, needsOperator: true };
const POISON = { kind: 'poison', stopsBatch: false, needsOperator: false };
const UNEXPECTED = { kind: 'unexpected', stopsBatch: false, needsOperator: true };

test.each<[string, unknown, object]>([
  ['frozen', new LedgerUnavailable('frozen', 'x'), { ...WAITS, stopsBatch: true }],
  ['PW001', new LedgerUnavailable('PW001', 'x'), { ...WAITS, stopsBatch: true }],
  ['28P01', new LedgerUnavailable('28P01', 'x'), { ...ASKS, stopsBatch: true }],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    new LedgerUnavailable('ERR_TLS_CERT_ALTNAME_INVALID', 'x'),
    { ...ASKS, stopsBatch: true },
  ],
  ['schema-incomplete', new LedgerUnavailable('schema-incomplete', 'x'), { ...ASKS, stopsBatch: true }],
  ['authority-invalid', new LedgerUnavailable('authority-invalid', 'x'), { ...ASKS, stopsBatch: true }],
  ...[
    'no-credentials',
    'no-authority-certificate',
    'secret-malformed',
    // A secret without text.
    'ExplainedError',
    'no-tls',
    'sasl',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'CERT_HAS_EXPIRED',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'HOSTNAME_MISMATCH',
    'INVALID_CA',
    'ERR_OSSL_PEM_BAD_BASE64_DECODE',
    '28000',
    '3D000',
    '42501',
    '53100',
    'XX001',
  ].map((code): [string, unknown, object] => [code, new LedgerUnavailable(code, 'x'), { ...ASKS, stopsBatch: true }]),
  // These pass by themselves.
  ...['ECONNREFUSED', 'ETIMEDOUT', 'ENOTFOUND', 'PW002', '57P03', '53300', '40001', '57014', '25006', 'XX000'].map(
    (code): [string, unknown, object] => [code, new LedgerUnavailable(code, 'x'), { ...WAITS, stopsBatch: true }],
  ),
  // Credentials that Secrets Manager does not give.
  ...(
    [
      ['AccessDeniedException', 400, ASKS],
      ['ResourceNotFoundException', 400, ASKS],
      ['DecryptionFailure', 400, ASKS],
      ['InvalidRequestException', 400, ASKS],
      ['ThrottlingException', 400, WAITS],
      ['InternalServiceError', 500, WAITS],
    ] as const
  ).map(([name, status, kind]): [string, unknown, object] => [
    name,
    new LedgerUnavailable(name, 'x', { cause: ofAws(name, status) }),
    { ...kind, stopsBatch: true },
  ]),
  [
    'CredentialsProviderError',
    new LedgerUnavailable('CredentialsProviderError', 'x', { cause: named('CredentialsProviderError') }),
    { ...ASKS, stopsBatch: true },
  ],
  ['23514', new PaymentRefused('23514', 'x'), POISON],
  ['MalformedItem', new MalformedItem('x'), POISON],
  ['UnreadableImage', new UnreadableImage('x'), POISON],
  ['ThrottlingException', ofAws('ThrottlingException', 400), WAITS],
  ['ProvisionedThroughputExceededException', ofAws('ProvisionedThroughputExceededException', 400), WAITS],
  ['Odd', ofAws('Odd', 400, { $retryable: {} }), WAITS],
  ['InternalServerError', ofAws('InternalServerError', 500), WAITS],
  ['SlowDown', ofAws('SlowDown', 503), WAITS],
  ['NoAnswer', ofAws('NoAnswer'), WAITS],
  ['ConditionalRequestConflict', ofAws('ConditionalRequestConflict', 409), WAITS],
  ['AccessDenied', ofAws('AccessDenied', 403), ASKS],
  ['ResourceNotFoundException', ofAws('ResourceNotFoundException', 400), ASKS],
  ['KMSDisabledException', ofAws('KMSDisabledException', 400), ASKS],
  ['CredentialsProviderError', named('CredentialsProviderError'), ASKS],
  ['ValidationException', ofAws('ValidationException', 400), UNEXPECTED],
  ['ConditionalCheckFailedException', ofAws('ConditionalCheckFailedException', 400), UNEXPECTED],
  ['ECONNREFUSED', named('Error', { code: 'ECONNREFUSED' }), WAITS],
  ['EAI_AGAIN', named('Error', { code: 'EAI_AGAIN' }), WAITS],
  ['TimeoutError', named('TimeoutError'), WAITS],
  ['TimeoutError', named('TimeoutError', { code: 'EVERYTHING' }), WAITS],
  ['TypeError', new TypeError('x'), UNEXPECTED],
  ['Error', named('Error', { code: 'ENOENT' }), UNEXPECTED],
  ['Error', named('Error', { code: 7 }), UNEXPECTED],
  ['NoError', 'a string', UNEXPECTED],
  ['NoError', undefined, UNEXPECTED],
])('%s (%#)', (code, error, failure) => {
  expect(classify(error)).toEqual({ ...failure, code });
});
