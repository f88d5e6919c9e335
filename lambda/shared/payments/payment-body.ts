import type { JsonBody } from '../http/json-body';
import { type JsonToken, jsonTokens } from '../http/json-text';
import type { Fault } from '../http/problem';
import { holdsCardNumber } from './card-numbers';
import { PAYMENT_MEMBERS, type PaymentMember, paymentOf, type PaymentRequest } from './payment-request';

/** A body read as a payment: the payment, or everything that keeps it from being one. */
export type PaymentBody = { readonly payment: PaymentRequest } | { readonly faults: readonly Fault[] };

/** How card numbers are refused, wherever they are. */
export const CARD_NUMBER = 'must not hold a card number; send the card as a token, and treat this number as exposed';

const isMember = (name: string): name is PaymentMember => Object.hasOwn(PAYMENT_MEMBERS, name);

/** Reads a body as a payment. Nothing but the payment's own members is taken, each of them once. */
export function readPayment({ text, value }: JsonBody): PaymentBody {
  const tokens = jsonTokens(text);
  const cardNumbers = unique(
    tokens.filter(tokenHoldsCardNumber).map(({ pointer }) => ({ pointer: shown(pointer), detail: CARD_NUMBER })),
  );
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { faults: [{ pointer: '#', detail: 'must be an object' }, ...cardNumbers] };
  }
  const members = new Map<string, unknown>(Object.entries(value));
  const faults = [...memberFaults(members, tokens), ...repeatedNames(tokens), ...unknownNames(members), ...cardNumbers];
  return faults.length > 0
    ? { faults }
    : { payment: paymentOf(Object.fromEntries(members) as Record<PaymentMember, unknown>) };
}

function memberFaults(members: ReadonlyMap<string, unknown>, tokens: readonly JsonToken[]): Fault[] {
  // 1.0 and 1e2 are the integers 1 and 100 to JavaScript: somebody calculates money in floating point there.
  const amount = tokens.find(({ pointer, kind }) => pointer === '/amount' && kind === 'number');
  const plainAmount = amount === undefined || /^-?\d+$/.test(amount.text);
  return Object.entries(PAYMENT_MEMBERS).flatMap(([name, { rule, accepts }]) => {
    if (!members.has(name)) return [{ pointer: `#/${name}`, detail: `is missing; it ${rule}` }];
    const kept = accepts(members.get(name)) && (name !== 'amount' || plainAmount);
    return kept ? [] : [{ pointer: `#/${name}`, detail: rule }];
  });
}

function repeatedNames(tokens: readonly JsonToken[]): Fault[] {
  const seen = new Set<string>();
  const repeated = tokens.filter(({ kind, pointer }) => {
    if (kind !== 'name') return false;
    const again = seen.has(pointer);
    seen.add(pointer);
    return again;
  });
  return unique(repeated.map(({ pointer }) => ({ pointer: shown(pointer), detail: 'must have each name once' })));
}

const unknownNames = (members: ReadonlyMap<string, unknown>): Fault[] =>
  unique(
    [...members.keys()]
      .filter((name) => !isMember(name))
      .map((name) => ({ pointer: shownName(name), detail: 'must have no members but those of a payment' })),
  );

/** Whether there is a card number in a token. An amount is none, however many digits it has. */
function tokenHoldsCardNumber({ pointer, kind, text }: JsonToken): boolean {
  if (kind !== 'number') return holdsCardNumber(text);
  if (pointer === '/amount') return false;
  // 4.111e15 is a number of 16 digits too.
  const value = Number(text);
  return holdsCardNumber(text) || (Number.isSafeInteger(value) && holdsCardNumber(`${value}`));
}

/** The pointer to the member of the body that a pointer leads into. */
const shown = (pointer: string): string => shownName(pointer.split('/')[1] ?? '');

/** The pointer to a member of the body, or to the body where the member's name could be data that must not be repeated. */
const shownName = (name: string): string => (/^[A-Za-z_]{1,32}$/.test(name) ? `#/${name}` : '#');

const unique = (faults: readonly { readonly pointer: string; readonly detail: string }[]): Fault[] => [
  ...new Map(faults.map((fault) => [`${fault.pointer} ${fault.detail}`, fault])).values(),
];
