import * as z from 'zod';
import { FUNCTION_LIMITS } from '../../constructs/compute/function-limits';
import { LOCK_RETENTION_DAYS, OBJECT_LOCK_MODES } from '../../constructs/storage/object-lock';
import { DEFAULT_FRAUD_RULES } from '../defaults/fraud-rules';
import { integer, oneOf, section } from './primitives';

const { memorySizeMib, timeoutSeconds } = FUNCTION_LIMITS;

const memory = (fallback: number) =>
  integer(memorySizeMib.least, memorySizeMib.most, memorySizeMib.unit)
    .default(fallback)
    .describe('Memory, and with it CPU: 1769 MiB is one core.');

const timeout = (fallback: number, what: string) =>
  integer(timeoutSeconds.least, timeoutSeconds.most, timeoutSeconds.unit).default(fallback).describe(what);

const concurrency = (fallback: number) =>
  integer(1, 1000, 'execution environments')
    .default(fallback)
    .describe('The most that run at once, set aside from the account.');

const BATCH = 'How long one batch of the stream may take.';

/** fraud-detection. */
export const fraudDetectionSchema = section({
  memorySizeMib: memory(512),
  timeoutSeconds: timeout(30, BATCH),
  reservedConcurrency: concurrency(10),
  rules: z
    .custom<Readonly<Record<string, unknown>>>(
      (rules) => typeof rules === 'object' && rules !== null && !Array.isArray(rules),
      'must be an object with version, rejectAtScore, rules\nwrite it as docs/fraud-rules.md says',
    )
    .optional()
    .transform((rules): Readonly<Record<string, unknown>> => rules ?? DEFAULT_FRAUD_RULES)
    .meta({ rule: 'must be fraud rules as docs/fraud-rules.md has them' })
    .describe('The fraud rules; they take effect without a release. Default: environments/defaults/fraud-rules.ts.'),
}).describe('fraud-detection, which screens what was accepted.');

/** transaction-processing. */
export const transactionProcessingSchema = section({
  memorySizeMib: memory(1024),
  timeoutSeconds: timeout(60, BATCH),
  reservedConcurrency: concurrency(20).describe(
    'The most that run at once, set aside from the account. Each holds one connection to the ledger.',
  ),
}).describe('transaction-processing, which books what was approved.');

/** payment-reconciliation. */
export const reconciliationSchema = section({
  everyMinutes: integer(1, 1440, 'minutes').default(5).describe('How often it looks for payments that wait.'),
  memorySizeMib: memory(512),
  timeoutSeconds: timeout(240, 'How long one sweep may take; it must end before the next begins.'),
}).describe('payment-reconciliation, which drives again what a stream forgot.');

/** Audit records. */
export const auditSchema = section({
  mode: oneOf(OBJECT_LOCK_MODES)
    .default('compliance')
    .describe('Who may delete a record before its time: in governance mode whoever may bypass the lock, else nobody.'),
  retentionDays: integer(LOCK_RETENTION_DAYS.min, LOCK_RETENTION_DAYS.max, 'days')
    .default(365)
    .describe('For how long a record is locked. PCI DSS 4.0, 10.5.1 asks for twelve months.'),
  glacierAfterDays: integer(LOCK_RETENTION_DAYS.min, LOCK_RETENTION_DAYS.max, 'days')
    .default(90)
    .describe('When a record moves to Glacier.'),
  expireAfterDays: integer(LOCK_RETENTION_DAYS.min, LOCK_RETENTION_DAYS.max, 'days')
    .optional()
    .describe('When a record is deleted: not before its lock ends. Default: never.'),
}).describe('The audit records of decisions about payments.');
