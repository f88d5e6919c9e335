import * as z from 'zod/mini';
import type { AuditRecord } from './audit-log';

const text = (maxLength: number) => z.string().check(z.minLength(1), z.maxLength(maxLength));
const whole = z.int().check(z.nonnegative());

/** A UUID in lower case: it becomes part of the record's key, so nothing else may. */
const TRANSACTION_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const RULE_ID = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** What every record has. */
const common = {
  schemaVersion: z.literal(1),
  transactionId: z.string().check(z.regex(TRANSACTION_ID)),
  timestamp: whole,
  clientId: text(128),
  decidedAt: whole,
};

const screening = z.strictObject({
  ...common,
  decision: z.literal('screening'),
  outcome: z.enum(['APPROVED', 'REJECTED']),
  details: z.strictObject({
    score: whole,
    reasons: z.array(z.string().check(z.regex(RULE_ID))),
    rulesVersion: text(64),
  }),
});

const booking = z.strictObject({
  ...common,
  decision: z.literal('booking'),
  outcome: z.enum(['booked', 'duplicate']),
  details: z.strictObject({
    bookingId: text(36),
    epoch: whole,
  }),
});

/**
 * What an audit record may hold, version 1: exactly these fields, all of them identifiers, codes and numbers. A record stays
 * for years and cannot be taken back, so a field that is not listed here keeps it from being written at all. Readers use the
 * same schema; a change of it raises `schemaVersion` and keeps the old one beside it.
 */
export const auditRecordSchema = z.discriminatedUnion('decision', [screening, booking]);

/**
 * The record as it may be kept.
 * @throws Error that names each field that is missing, unknown or of another form; never its value
 */
export function checkedRecord(record: AuditRecord): AuditRecord {
  const parsed = auditRecordSchema.safeParse(record);
  if (parsed.success) return record;
  const problems = parsed.error.issues.map((issue) => {
    const path = issue.path.map(String).join('.');
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => [path, key].filter(Boolean).join('.')).join(', ');
    return path === '' ? 'the record' : path;
  });
  throw new Error(
    `an audit record must have exactly the fields of its schema version, got missing, unknown or other ones: ${problems.join(', ')}`,
  );
}

/** The record as JSON with the keys in order: the same record has the same bytes, whoever made it. */
export const canonicalJson = (record: AuditRecord): string => JSON.stringify(sorted(record));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
