import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AuditRecord } from '../../../../lambda/shared/audit/audit-log';
import { auditRecordSchema } from '../../../../lambda/shared/audit/audit-record';
import { auditKey, S3AuditLog } from '../../../../lambda/shared/audit/s3-audit-log';
import { type S3StandIn, startS3 } from './s3-stand-in';

let s3: S3StandIn;
beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3.stop());

/** A record whose payment no other test has. */
let payments = 0;
const screening = (): AuditRecord => ({
  schemaVersion: 1,
  decision: 'screening',
  transactionId: `00000000-0000-4000-8000-${`${(payments += 1)}`.padStart(12, '0')}`,
  timestamp: Date.UTC(2026, 0, 2, 23, 59, 59, 999),
  clientId: 'shop',
  outcome: 'REJECTED',
  decidedAt: Date.UTC(2026, 0, 3),
  details: { score: 120, reasons: ['amount-limit', 'blocked-country'], rulesVersion: '2026-01-01' },
});
const booking = (): AuditRecord => ({
  ...screening(),
  decision: 'booking',
  outcome: 'duplicate',
  details: { bookingId: '11111111-1111-4111-8111-111111111111', epoch: 3 },
});
const log = () => new S3AuditLog(s3.client, 'audit');
const objectsOf = ({ transactionId }: AuditRecord) => [...s3.objects].filter(([key]) => key.includes(transactionId));

describe('an audit record', () => {
  test.each([
    ['screening', screening],
    ['booking', booking],
  ])('of a %s lies under the day of its payment and reads back by its schema', async (decision, make) => {
    const record = make();
    await log().write(record);
    const [[key, object] = ['', undefined], ...others] = objectsOf(record);
    expect(others).toEqual([]);
    expect(key).toMatch(
      new RegExp(`^audit/payments/2026/01/02/${record.transactionId}/${decision}-[0-9a-f]{16}\\.json$`),
    );
    expect(key).toBe(`audit/${auditKey(record)}`);
    expect(object?.contentType).toBe('application/json');
    expect(auditRecordSchema.parse(JSON.parse(object?.body ?? ''))).toEqual(record);
  });

  test('that is written again, with its fields in another order, writes nothing new and is no error', async () => {
    const record = screening();
    await log().write(record);
    const before = objectsOf(record);
    await log().write({
      ...Object.fromEntries(Object.entries(record).reverse()),
      details: Object.fromEntries(Object.entries(record.details).reverse()),
    } as unknown as AuditRecord);
    expect(objectsOf(record)).toEqual(before);
    expect(before).toMatchObject([[expect.any(String), { versions: 1 }]]);
  });

  test('with other content stands beside the first', async () => {
    const record = screening();
    await log().write(record);
    await log().write({ ...record, decidedAt: record.decidedAt + 1 });
    expect(objectsOf(record)).toHaveLength(2);
  });

  test('is one object when many write it at once', async () => {
    const record = booking();
    await Promise.all(Array.from({ length: 20 }, () => log().write(record)));
    expect(objectsOf(record)).toMatchObject([[expect.any(String), { versions: 1 }]]);
  });
});

describe('when S3 answers', () => {
  test('that another request for the key is under way, the record is sent again', async () => {
    const record = screening();
    const before = s3.requests();
    s3.failNext(409, 409);
    await log().write(record);
    expect([s3.requests() - before, objectsOf(record).length]).toEqual([3, 1]);
  });

  test.each([
    ['that conflict three times', [409, 409, 409], 'ConditionalRequestConflict'],
    ['that it is too busy', [503], 'SlowDown'],
    ['that access is denied', [403], 'AccessDenied'],
  ])('%s, the write fails with its error', async (_answer, statuses, name) => {
    const record = screening();
    const before = s3.requests();
    s3.failNext(...statuses);
    await expect(log().write(record)).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: statuses.at(-1) },
    });
    expect([s3.requests() - before, objectsOf(record).length]).toEqual([statuses.length, 0]);
  });
});

describe('a record is refused before it is sent', () => {
  const MUST =
    'an audit record must have exactly the fields of its schema version, got missing, unknown or other ones: ';
  test.each<[string, () => object, string]>([
    ['with a field of the card', () => ({ ...screening(), cardToken: 'tok_1' }), 'cardToken'],
    ['with a person', () => ({ ...screening(), details: { ...screening().details, userId: 'u1' } }), 'details.userId'],
    [
      'with two fields too many',
      () => ({ ...booking(), details: { ...booking().details, userId: 'u1', cardToken: 't' } }),
      'details.userId, details.cardToken',
    ],
    [
      'with text in place of rule identifiers',
      () => ({ ...screening(), details: { ...screening().details, reasons: ['Jane Doe'] } }),
      'details.reasons.0',
    ],
    ['with an id that would leave its folder', () => ({ ...screening(), transactionId: '../../x' }), 'transactionId'],
    ['of a booking with an outcome of a screening', () => ({ ...booking(), outcome: 'APPROVED' }), 'outcome'],
    ['of another version', () => ({ ...screening(), schemaVersion: 2 }), 'schemaVersion'],
    [
      'with several mistakes',
      () => ({ ...screening(), timestamp: -1, decidedAt: 1.5, clientId: '' }),
      'timestamp, clientId, decidedAt',
    ],
  ])('%s', async (_kind, make, fields) => {
    const before = s3.requests();
    await expect(log().write(make() as AuditRecord)).rejects.toThrow(new Error(`${MUST}${fields}`));
    expect(s3.requests()).toBe(before);
  });
});
