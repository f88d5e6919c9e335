import { expect, test } from '@jest/globals';
import { code, codes, publishDate } from 'currency-codes';
import { all } from 'iso-3166-1';
import { COUNTRIES } from '../../../../lambda/shared/payments/countries';
import { CURRENCY_EXPONENTS } from '../../../../lambda/shared/payments/currencies';

/** Metals, baskets, tests and no currency: the standard gives them no minor unit. */
const NO_MINOR_UNIT = 'XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX'.split(' ');
/** What the standard changed since the package's list: the lev became the euro, the guilder of the Antilles the XCG. */
const SINCE = { listOf: '2024-06-25', withdrawn: ['ANG', 'BGN', 'CUC'], added: [['XCG', 2]] } as const;

test('the currencies and their digits are those of ISO 4217', () => {
  const standard = codes()
    .filter((currency) => ![...NO_MINOR_UNIT, ...SINCE.withdrawn].includes(currency))
    .map((currency) => [currency, code(currency)?.digits] as const);
  expect([...CURRENCY_EXPONENTS].sort()).toEqual([...standard, ...SINCE.added].sort());
  // A newer package may hold these changes itself.
  expect(publishDate).toBe(SINCE.listOf);
});

test('the countries are those of ISO 3166-1', () => {
  expect([...COUNTRIES]).toEqual(
    all()
      .map(({ alpha2 }) => alpha2)
      .sort(),
  );
});
