import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { reconcileLedger } from '../../../../lambda/migration-validation/ledger/reconcile-ledger';
import { type Booked, type Entry, entriesOf, fill, linesOf, startTwoLedgers, type TwoLedgers } from './ledgers';

let ledgers: TwoLedgers;

beforeAll(async () => {
  ledgers = await startTwoLedgers();
}, 60_000);
afterAll(() => ledgers.stop());

const DAY = 86_400_000;

/** Names whose order is another by code points than by UTF-16, by case or by a language. */
const NAMES = ['a', 'A', 'b', 'ä', 'z', 'zz', 'a-b', 'ab', '\uffee', '😀', 'é', 'e\u0301', '_'];

const payments = fc
  .array(
    fc.record({
      user: fc.constantFrom(...NAMES),
      merchant: fc.constantFrom(...NAMES),
      // Sums of these pass 2^53, and some of theirs 2^63.
      amount: fc.oneof(fc.bigInt(1n, 50n), fc.bigInt(2n ** 53n - 2n, 2n ** 62n)),
      currency: fc.constantFrom('USD', 'EUR', 'JPY'),
      bookedAt: fc.integer({ min: 0, max: 3 * DAY }).map((time) => Date.UTC(2026, 0, 1) + time),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((drafts) =>
    drafts.map((draft, index): Booked => ({ ...draft, id: `tx-${index}`, requestedAt: draft.bookedAt - 5 })),
  );

/** Ways in which one side can be wrong, each on the payment it is given. */
const FAULTS = {
  'a payment is missing': () => [],
  'another amount, its entries with it': (payment: Booked) => [{ ...payment, amount: payment.amount + 7n }],
  'another merchant': (payment: Booked) => [{ ...payment, merchant: payment.merchant === 'b' ? 'a' : 'b' }],
  'another currency': (payment: Booked) => [{ ...payment, currency: payment.currency === 'USD' ? 'EUR' : 'USD' }],
  'another day': (payment: Booked) => [{ ...payment, bookedAt: payment.bookedAt + DAY }],
  'an entry twice': (payment: Booked) => {
    const lines = linesOf(payment);
    return [{ ...payment, entries: [...lines, ...lines.slice(0, 1)] }];
  },
  'an entry missing': (payment: Booked) => [{ ...payment, entries: linesOf(payment).slice(1) }],
  'no entries': (payment: Booked) => [{ ...payment, entries: [] }],
  unbalanced: (payment: Booked) => {
    const [first, ...others] = linesOf(payment);
    return [
      { ...payment, entries: [...(first === undefined ? [] : [{ ...first, amount: first.amount - 1n }]), ...others] },
    ];
  },
} as const satisfies Record<string, (payment: Booked) => Booked[]>;

type Fault = keyof typeof FAULTS;

const faults = fc.array(
  fc.record({
    side: fc.constantFrom('source', 'target'),
    fault: fc.constantFrom(...(Object.keys(FAULTS) as Fault[])),
    at: fc.nat(),
  }),
  { maxLength: 3 },
);

/** The payments of one side. */
function sideOf(all: readonly Booked[], wrong: readonly { readonly fault: Fault; readonly at: number }[]): Booked[] {
  const faultOf = new Map(wrong.map(({ fault, at }) => [at % all.length, fault]));
  return all.flatMap((payment, index) => {
    const fault = faultOf.get(index);
    return fault === undefined ? [payment] : FAULTS[fault](payment);
  });
}

/** Counts and sums by a key, in JavaScript. */
function totals<Value extends { readonly amount: bigint }>(values: readonly Value[], keyOf: (value: Value) => string) {
  const sums = new Map<string, string>();
  const groups = new Map<string, Value[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  for (const [key, members] of groups) {
    sums.set(key, `${members.length}/${members.reduce((sum, { amount }) => sum + amount, 0n)}`);
  }
  return sums;
}

const unequal = (left: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>): string[] =>
  [...new Set([...left.keys(), ...right.keys()])].filter((key) => left.get(key) !== right.get(key)).sort();

const dayOf = ({ bookedAt }: Booked): string => new Date(bookedAt).toISOString().slice(0, 10);

/** The transactions of a side whose entries are wrong. */
function unbalanced(payments: readonly Booked[]): string[] {
  return payments.flatMap((payment) => {
    const entries: readonly Entry[] = entriesOf(payment);
    if (entries.length === 0) return [payment.id];
    const sum = entries.reduce((total, { amount }) => total + amount, 0n);
    return entries.length < 2 || sum !== 0n ? [`${payment.id} ${payment.currency}`] : [];
  });
}

const KINDS: readonly ((source: readonly Booked[], target: readonly Booked[]) => string[])[] = [
  (...sides) => unequalBy(sides, (side) => totals(side.flatMap(entriesOf), ({ account }) => account)),
  (...sides) => unequalBy(sides, (side) => totals(side, ({ merchant, currency }) => `${merchant} ${currency}`)),
  (...sides) => unequalBy(sides, (side) => totals(side, ({ currency }) => currency)),
  (...sides) => unequalBy(sides, (side) => totals(side, (payment) => `${dayOf(payment)} ${payment.currency}`)),
  (...sides) => [...new Set(sides.flatMap(unbalanced))].sort(),
  () => [],
];

const unequalBy = (
  [source, target]: readonly [readonly Booked[], readonly Booked[]],
  by: (side: readonly Booked[]) => ReadonlyMap<string, string>,
) => unequal(by(source), by(target));

test('whatever differs is found, and nothing else', async () => {
  let found = 0;
  await fc.assert(
    fc.asyncProperty(payments, faults, async (all, wrong) => {
      const source = sideOf(
        all,
        wrong.filter(({ side }) => side === 'source'),
      );
      const target = sideOf(
        all,
        wrong.filter(({ side }) => side === 'target'),
      );
      await Promise.all([fill(ledgers.owners.source, source), fill(ledgers.owners.target, target)]);

      const checks = (await reconcileLedger(ledgers.pair, { mode: 'exact' })) ?? [];

      const expected = KINDS.map((kind) => kind(source, target));
      expect(checks.map(({ differences }) => differences.map(({ subject }) => subject).sort())).toStrictEqual(expected);
      expect(checks.map(({ differing }) => differing)).toStrictEqual(expected.map(({ length }) => length));
      expect(checks.map(({ verdict }) => verdict)).toStrictEqual(
        expected.map(({ length }) => (length === 0 ? 'equal' : 'different')),
      );
      found += expected.flat().length;
    }),
    { numRuns: 100 },
  );
  expect(found).toBeGreaterThan(100);
}, 60_000);
