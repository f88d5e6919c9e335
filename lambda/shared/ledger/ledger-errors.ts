import { isNativeError } from 'node:util/types';
import { DatabaseError } from 'pg';
import type { Side } from '../authority/authority';
import { classify, codeOf } from '../postgres/classify';
import { LedgerUnavailable, type Payment, PaymentRefused } from './ledger';

// SQLSTATEs, for what is refused before the database is asked.
const OUT_OF_RANGE = '22003';
const NOT_IN_REPERTOIRE = '22021';
const UNIQUE_VIOLATION = '23505';

/** No such schema, table, column or function: the migrations were not applied, or not all of them. */
const SCHEMA_MISSING = /^(3F000|42P01|42703|42883)$/;

/** The role may not do it (yet): a grant is missing, of no payment more than of another. */
const NOT_PERMITTED = '42501';

/** What an error of the database means in the ledger's terms; what nobody foresaw stays as it is. */
export function ledgerError(side: Side, error: unknown): unknown {
  if (error instanceof LedgerUnavailable || error instanceof PaymentRefused) return error;
  const code = codeOf(error) ?? 'connection-lost';
  const kind = classify(error);
  if (SCHEMA_MISSING.test(code)) return unavailable(side, 'schema-incomplete', error);
  if (kind === 'unavailable' || kind === 'authentication' || code === NOT_PERMITTED)
    return unavailable(side, code, error);
  return kind === 'refused' && error instanceof DatabaseError ? refusal(side, error) : error;
}

/** The error for a transaction id under which the ledger holds another payment. */
export const otherPayment = (side: Side): PaymentRefused =>
  new PaymentRefused(
    UNIQUE_VIOLATION,
    `the ledger ${side} holds another payment under this transaction id; compare the two, one of them was made up`,
  );

/**
 * What the driver would change on its way to the database: a number that is no whole one, or beyond what can be read back; a
 * text that UTF-8 cannot say.
 * @throws PaymentRefused that names every such field
 */
export function requireStorable(payment: Payment): void {
  const numbers = (['timestamp', 'amount', 'currencyExponent'] as const).filter(
    (field) => !Number.isSafeInteger(payment[field]),
  );
  if (numbers.length > 0) {
    throw new PaymentRefused(
      OUT_OF_RANGE,
      `a payment's numbers must be whole and safe, got other ones: ${numbers.join(', ')}`,
    );
  }
  const texts = (['transactionId', 'clientId', 'idempotencyKey', 'userId', 'merchantId', 'currency'] as const).filter(
    (field) => /[\p{Surrogate}\0]/u.test(payment[field]),
  );
  if (texts.length > 0) {
    throw new PaymentRefused(
      NOT_IN_REPERTOIRE,
      `a payment's texts must be well-formed Unicode without NUL, got other ones: ${texts.join(', ')}`,
    );
  }
}

function unavailable(side: Side, code: string, cause: unknown): LedgerUnavailable {
  const reason = isNativeError(cause) ? cause.message : String(cause);
  return new LedgerUnavailable(code, `the ledger ${side} cannot serve now (${code}): ${reason}`, { cause });
}

/** Without the error as its cause: its message and detail quote the values. */
function refusal(side: Side, { code = '', constraint, column, table }: DatabaseError): PaymentRefused {
  const where = [table, column, constraint].filter((part) => part !== undefined).join(', ');
  return new PaymentRefused(
    code,
    `the ledger ${side} refuses this payment: SQLSTATE ${code}${where === '' ? '' : ` (${where})`}`,
  );
}
