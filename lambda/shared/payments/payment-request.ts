import { createHash } from 'node:crypto';
import { COUNTRIES } from './countries';
import { CURRENCY_EXPONENTS } from './currencies';

/** What a client asks for: a payment without its identity. */
export interface PaymentRequest {
  /** In minor units of the currency. */
  readonly amount: number;
  readonly currency: string;
  readonly currencyExponent: number;
  readonly userId: string;
  readonly merchantId: string;
  readonly cardToken: string;
  readonly country: string;
}

/** The largest amount of one payment, in minor units: what no currency's payment needs, and doubles still hold exactly. */
export const MAX_AMOUNT = 999_999_999_999;

/** A member of a payment: its rule in words, and the values that keep it. */
interface Member {
  readonly rule: string;
  readonly accepts: (value: unknown) => boolean;
}

const text = (accepts: (value: string) => boolean) => (value: unknown) => typeof value === 'string' && accepts(value);
const ID = /^[A-Za-z0-9_-]{1,64}$/;
const ID_RULE = 'must be 1 to 64 letters (A to Z), digits, _ and -';

/** The members of a payment, all of them required. */
export const PAYMENT_MEMBERS = {
  amount: {
    rule: `must be a whole number from 1 to ${MAX_AMOUNT}, in minor units of the currency, without fraction or exponent`,
    accepts: (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_AMOUNT,
  },
  currency: {
    rule: 'must be the code of a currency in use that has a minor unit in ISO 4217, three capital letters',
    accepts: text((value) => CURRENCY_EXPONENTS.has(value)),
  },
  user_id: { rule: ID_RULE, accepts: text((value) => ID.test(value)) },
  merchant_id: { rule: ID_RULE, accepts: text((value) => ID.test(value)) },
  card_token: {
    rule: 'must be the token of a card: tok_ and 8 to 120 letters (A to Z), digits, _ and -',
    accepts: text((value) => /^tok_[A-Za-z0-9_-]{8,120}$/.test(value)),
  },
  country: {
    rule: 'must be the code of a country in ISO 3166-1 alpha-2, two capital letters',
    accepts: text((value) => COUNTRIES.has(value)),
  },
} as const satisfies Readonly<Record<string, Member>>;

export type PaymentMember = keyof typeof PAYMENT_MEMBERS;

/** The payment in an object whose members all keep their rules. */
export function paymentOf(members: Readonly<Record<PaymentMember, unknown>>): PaymentRequest {
  const currency = String(members.currency);
  const currencyExponent = CURRENCY_EXPONENTS.get(currency);
  if (currencyExponent === undefined) throw new TypeError('currency must be one of ISO 4217; check the members first');
  return {
    amount: Number(members.amount),
    currency,
    currencyExponent,
    userId: String(members.user_id),
    merchantId: String(members.merchant_id),
    cardToken: String(members.card_token),
    country: String(members.country),
  };
}

/** A digest of everything that a client decides about a payment: equal for equal payments, however their JSON is written. */
export function paymentDigest(payment: PaymentRequest): string {
  const { amount, currency, userId, merchantId, cardToken, country } = payment;
  const canonical = JSON.stringify([amount, currency, userId, merchantId, cardToken, country]);
  return createHash('sha256').update(canonical).digest('hex');
}
