import { isIPv4 } from 'node:net';
import { closest, distance } from 'fastest-levenshtein';
import * as z from 'zod';
import { isCanonicalCidr } from '../../constructs/network/cidr';
import { isHostName } from '../../constructs/validation/host-name';
import type { Problem as ConstructProblem } from '../../constructs/validation/problem';

/** The rule a value broke and what to do about it; together with path and value they make one line of the report. */
export interface Broken {
  /** The rule with its limits and unit, as it follows the field's name: `must be an integer from 1 to 900 (seconds)`. */
  readonly must: string;
  /** What to do: `choose a value in that range`. */
  readonly fix: string;
}

// zod carries one string an issue. The rule and the remedy travel in it on two lines and are taken apart by `brokenRule`.
const encode = ({ must, fix }: Broken): string => `${must}\n${fix}`;

/** The rule and remedy of a zod issue's message. */
export function brokenRule(message: string): Broken {
  const [must = message, fix = 'correct it'] = message.split('\n');
  return { must, fix };
}

const says =
  (broken: Broken) =>
  (issue: { readonly input?: unknown }): string =>
    issue.input === undefined ? encode({ must: `must be given: it ${broken.must}`, fix: 'add it' }) : encode(broken);

/** An integer within inclusive limits. */
export function integer(from: number, to: number, unit: string) {
  const broken = { must: `must be an integer from ${from} to ${to} (${unit})`, fix: 'choose a value in that range' };
  return z
    .number({ error: says(broken) })
    .refine((value) => Number.isInteger(value) && value >= from && value <= to, { error: encode(broken) })
    .meta({ rule: broken.must });
}

/** A number that must pass a predicate. */
export function numeric(broken: Broken, accepts: (value: number) => boolean) {
  return z
    .number({ error: says(broken) })
    .refine((value) => Number.isFinite(value) && accepts(value), { error: encode(broken) })
    .meta({ rule: broken.must });
}

/** A text that must pass a predicate. */
export function text(broken: Broken, accepts: (value: string) => boolean) {
  return plainText((value) => (accepts(value) ? undefined : broken), broken);
}

// Terraform reads ${ and %{ in any text of its JSON as the beginning of code, and nothing downstream escapes them.
const TEMPLATE: Broken = {
  must: 'must not hold ${ or %{, which Terraform takes for code',
  fix: 'write it without',
};

/** Every text of the files: it passes a rule, and Terraform takes it as it is. */
function plainText(brokenBy: (value: string) => Broken | undefined, general: Broken) {
  const check = (value: string): Broken | undefined => brokenBy(value) ?? (/[$%]\{/.test(value) ? TEMPLATE : undefined);
  return z
    .string({ error: says(general) })
    .refine((value) => check(value) === undefined, { error: ({ input }) => encode(check(String(input)) ?? general) })
    .meta({ rule: general.must });
}

/**
 * A text that a construct's own rule must find nothing wrong with, in that rule's words.
 * @param problems the construct's rule, which must refuse the empty text
 */
export function accepted(problems: (value: string) => readonly ConstructProblem[]) {
  const [general] = problems('');
  if (general === undefined) throw new Error('the rule of a construct must refuse the empty text');
  return plainText((value) => problems(value)[0], general);
}

/** A text that must match a pattern. */
export function matching(pattern: RegExp, must: string, fix: string) {
  return text({ must, fix }, (value) => pattern.test(value));
}

/** One of some texts. */
export function oneOf<const T extends readonly string[]>(values: T) {
  const broken = {
    must: `must be one of ${values.map((value) => `"${value}"`).join(', ')}`,
    fix: 'choose one of them',
  };
  return z.enum(values, { error: says(broken) }).meta({ rule: broken.must });
}

/** One of some integers, where AWS offers no others. */
export function oneOfNumbers<const T extends readonly number[]>(values: T, unit: string) {
  const broken = { must: `must be one of ${values.join(', ')} (${unit})`, fix: 'choose one of them' };
  return z.literal(values, { error: says(broken) }).meta({ rule: broken.must });
}

/** True or false. */
export function flag() {
  const broken = { must: 'must be true or false', fix: 'write true or false, without quotes' };
  return z.boolean({ error: says(broken) }).meta({ rule: broken.must });
}

/** An object whose unknown keys are errors (they are typos), with a suggestion. */
export function section<T extends z.ZodRawShape>(shape: T) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') return unknownKeys(issue.keys, known);
      return says({ must: `must be an object with ${known.join(', ')}`, fix: 'write it as { … }' })(issue);
    },
  });
}

// One remedy a key, in the order of the keys: the report writes one line for each.
const unknownKeys = (keys: readonly string[], known: readonly string[]): string =>
  ['must not be there: it is not a known key', ...keys.map((key) => suggestion(key, known))].join('\n');

/** What to do about an unknown name: take the known one that is most alike, or what is said otherwise. */
export function suggestion(
  unknown: string,
  known: readonly string[],
  otherwise = `remove it; known keys are ${known.join(', ')}`,
): string {
  const nearest =
    known.length === 0
      ? undefined
      : closest(
          unknown.toLowerCase(),
          known.map((key) => key.toLowerCase()),
        );
  const original = known.find((key) => key.toLowerCase() === nearest);
  // More than half of the letters wrong is another word, not a typo.
  const isTypo =
    original !== undefined && distance(unknown.toLowerCase(), original.toLowerCase()) * 2 <= original.length;
  return isTypo ? `did you mean "${original}"?` : otherwise;
}

/** A list. */
export function list<T extends z.ZodType>(of: T, what: string) {
  return z.array(of, { error: says({ must: `must be a list of ${what}`, fix: 'write it as [ … ]' }) });
}

/** Objects by key. */
export function byKey<T extends z.ZodType>(of: T, what: string) {
  return z.record(z.string(), of, { error: says({ must: `must be an object of ${what}`, fix: 'write it as { … }' }) });
}

/** One of several objects, told apart by a key. */
export function variant<
  const K extends string,
  const T extends readonly [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]],
>(key: K, names: readonly string[], options: T) {
  const rule = `must be one of ${names.map((name) => `"${name}"`).join(', ')}`;
  return z.discriminatedUnion(key, options, {
    error: (issue) =>
      issue.code === 'invalid_union'
        ? says({ must: rule, fix: 'choose one of them' })({ input: keyOf(issue.input, key) })
        : says({ must: `must be an object whose "${key}" ${rule}`, fix: 'write it as { … }' })(issue),
  });
}

const keyOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).find(([name]) => name === key)?.[1] : undefined;

/** The value of a tag. */
export const tagValue = (fix: string) =>
  matching(
    /^[A-Za-z0-9][A-Za-z0-9 _.:/=+@-]{0,127}$/,
    'must be a tag value of 1 to 128 letters, digits, spaces and _.:/=+@-',
    fix,
  );

/** A TCP port. */
export const port = () => integer(1, 65_535, 'TCP port');

/** An IPv4 network in CIDR notation, without host bits. */
export const cidr = () =>
  text(
    {
      must: 'must be an IPv4 network in CIDR notation without host bits, as 10.0.0.0/16',
      fix: 'write network address and prefix length',
    },
    isCanonicalCidr,
  );

/** An IPv4 address. */
export const ipv4 = () => text({ must: 'must be an IPv4 address, as 203.0.113.10', fix: 'write four numbers' }, isIPv4);

/** A fully qualified host name. */
export const hostName = () => accepted(hostNameProblems);

const hostNameProblems = (name: string): ConstructProblem[] => {
  const must = 'must be a fully qualified host name in lower case, as api.example.com';
  return isHostName(name) ? [] : [{ field: 'hostName', must, got: name, fix: hostNameFix(name) }];
};

function hostNameFix(name: string): string {
  if (/[/:@]/.test(name)) return 'write the host name alone, without https://, port and path';
  const mended = name.toLowerCase().replace(/\.$/, '');
  return isHostName(mended) ? `write it as ${mended}` : 'write labels of letters, digits and hyphens with dots between';
}

/** An IPv4 address or a host name. */
export const host = () =>
  text(
    { must: 'must be an IPv4 address or a fully qualified host name', fix: 'write 192.168.10.20 or db.example.com' },
    (value) => isIPv4(value) || isHostName(value),
  );
