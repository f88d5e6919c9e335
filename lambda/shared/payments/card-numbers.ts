import creditCardType from 'credit-card-type';

// Up to three separators between two digits still make one number, as in `4111 - 1111`: a space or dash of any script, an underscore, a dot, a line end,
// or a character that is not seen at all.
const NUMBERS = /\p{Nd}(?:[\p{Z}\p{Pd}\p{Pc}\p{Cf}.·\t\r\n]{0,3}\p{Nd})*/gu;
const GROUPS = /\p{Nd}+/gu;
const UUIDS =
  /(?<![\p{L}\p{N}-])[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(?![\p{L}\p{N}-])/giu;

/** Card numbers have this many digits. */
const LENGTHS = { min: 12, max: 19 };
/** Visa's first cards. They are out of use, and the numbers are still around. */
const VISA_OF_13_DIGITS = /^4\d{12}$/;

/**
 * Whether a text holds a card number: digits with an issuer's prefix and length and a right check digit, by themselves or in
 * groups with separators between them, in the digits of any script. Only whole runs of digits count, one or several of
 * them: a longer run that has a card number somewhere inside it holds none, and a canonical UUID holds none.
 */
export function holdsCardNumber(text: string): boolean {
  for (const [number] of text.replaceAll(UUIDS, 'uuid').matchAll(NUMBERS)) {
    const groups = (number.match(GROUPS) ?? []).map(asciiDigits);
    if (groups.some((_, start) => startsCardNumber(groups, start))) return true;
  }
  return false;
}

/** Whether the groups from `start` on, one or several of them, make a card number. */
function startsCardNumber(groups: readonly string[], start: number): boolean {
  let digits = '';
  for (const group of groups.slice(start, start + LENGTHS.max)) {
    digits += group;
    if (digits.length > LENGTHS.max) return false;
    if (isCardNumber(digits)) return true;
  }
  return false;
}

const isCardNumber = (digits: string): boolean =>
  digits.length >= LENGTHS.min &&
  passesLuhn(digits) &&
  (VISA_OF_13_DIGITS.test(digits) || creditCardType(digits).some(({ lengths }) => lengths.includes(digits.length)));

/** @see https://www.iso.org/standard/70484.html ISO/IEC 7812-1, annex B */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = 1; place <= digits.length; place += 1) {
    const digit = Number(digits.at(-place));
    const doubled = place % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

const asciiDigits = (digits: string): string => (/^[0-9]+$/.test(digits) ? digits : [...digits].map(valueOf).join(''));

/** The value of a digit of any script: Unicode has them in runs of ten that begin with zero. */
function valueOf(digit: string): string {
  const point = digit.codePointAt(0) ?? 0;
  let zero = point;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return `${(point - zero) % 10}`;
}
