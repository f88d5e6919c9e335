import * as z from 'zod/mini';
import { COUNTRIES } from '../shared/payments/countries';
import { CURRENCY_EXPONENTS } from '../shared/payments/currencies';

/** The longest window of a rule: 7 days. */
const MAX_WINDOW_SECONDS = 7 * 24 * 60 * 60;
/** The most that a rule may count up to: half of the payments that are read of a user. */
const MAX_COUNT = 1_000;
const MAX_WEIGHT = 1_000;

/** A problem's text: the rule that is broken and the value that breaks it. */
const must = (rule: string) => ({
  error: ({ input }: { readonly input?: unknown }) => `must ${rule}, got ${quoted(input)}`,
});

const whole = (min: number, max: number) =>
  z.custom<number>(
    (value) => Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max,
    must(`be a whole number from ${min} to ${max}`),
  );
const text = (pattern: RegExp, rule: string) =>
  z.custom<string>((value) => typeof value === 'string' && pattern.test(value), must(rule));
const list = <Entry extends z.core.SomeType>(entry: Entry) => z.array(entry, must('be a list'));

/** An object with these fields and no others. */
const fields = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `must have no other fields than ${Object.keys(shape).join(', ')}, got ${issue.keys.join(', ')}`
        : `must be an object, got ${quoted(issue.input)}`,
  });

const common = {
  /** Names the rule in decisions, audit records and metrics. */
  id: text(/^[a-z0-9][a-z0-9-]{0,63}$/, 'be 1 to 64 lower-case letters, digits and hyphens, not a hyphen first'),
  /** What the rule adds to the score of a payment that it matches. */
  weight: whole(1, MAX_WEIGHT),
};
const windowSeconds = whole(1, MAX_WINDOW_SECONDS);
/** The largest amounts that are still allowed, in minor units, by currency. */
const maxAmounts = z
  .record(z.string().check(z.refine((code) => CURRENCY_EXPONENTS.has(code))), whole(1, Number.MAX_SAFE_INTEGER), {
    error: (issue) =>
      issue.code === 'invalid_key'
        ? `must be of a currency, three capitals as in ISO 4217, got ${quoted(issue.input)}`
        : `must be an object of amounts by currency, got ${quoted(issue.input)}`,
  })
  .check(z.refine((amounts) => Object.keys(amounts).length > 0, must('name at least one currency')));

/** One that no payment can have is a slip of the pen, and would block nothing. */
const country = z.custom<string>(
  (value) => typeof value === 'string' && COUNTRIES.has(value),
  must('be an ISO 3166-1 alpha-2 code in capitals'),
);

const TYPES = [
  'velocity-count',
  'velocity-sum',
  'amount-limit',
  'repeated-declines',
  'blocked-merchants',
  'blocked-countries',
] as const;

const rule = z.discriminatedUnion(
  'type',
  [
    fields({ type: z.literal('velocity-count'), ...common, windowSeconds, maxPayments: whole(1, MAX_COUNT) }),
    fields({ type: z.literal('velocity-sum'), ...common, windowSeconds, maxAmounts }),
    fields({
      type: z.literal('amount-limit'),
      ...common,
      maxAmounts,
      unlistedCurrencies: z.enum(['match', 'ignore'], must('be match or ignore')),
    }),
    fields({ type: z.literal('repeated-declines'), ...common, windowSeconds, maxDeclines: whole(0, MAX_COUNT) }),
    fields({
      type: z.literal('blocked-merchants'),
      ...common,
      merchants: list(text(/^[^]{1,64}$/, 'be a merchant id of 1 to 64 characters')),
    }),
    fields({
      type: z.literal('blocked-countries'),
      ...common,
      countries: list(country),
    }),
  ],
  {
    error: ({ input }) =>
      isObject(input)
        ? `must be one of ${TYPES.join(', ')}, got ${quoted(input.type)}`
        : `must be an object, got ${quoted(input)}`,
  },
);

/** The document in the SSM parameter. docs/fraud-rules.md explains it for those who write it. */
export const fraudRulesSchema = fields({
  version: text(/^[^]{1,64}$/, 'be 1 to 64 characters'),
  rejectAtScore: whole(1, Number.MAX_SAFE_INTEGER),
  rules: z.array(rule, must('be a list')).check(z.minLength(1, must('have at least one rule'))),
});

export type FraudRules = z.infer<typeof fraudRulesSchema>;
export type FraudRule = FraudRules['rules'][number];

/** The rules document cannot be used as it is. */
export class InvalidRules extends Error {
  override readonly name = 'InvalidRules';

  /** @param problems all that is wrong, each with its path */
  constructor(readonly problems: readonly string[]) {
    super(`the fraud rules must be a valid document, got ${problems.length} problem(s):\n${problems.join('\n')}`);
  }
}

/**
 * The rules in the text of the SSM parameter.
 * @throws InvalidRules that lists every problem, not only the first
 */
export function parseRules(json: string): FraudRules {
  const parsed = fraudRulesSchema.safeParse(parseJson(json));
  if (!parsed.success) {
    throw new InvalidRules(parsed.error.issues.map(({ path, message }) => `${at(path)} ${message}`));
  }
  const problems = relations(parsed.data);
  if (problems.length > 0) throw new InvalidRules(problems);
  return parsed.data;
}

/** What no single field can say. */
function relations({ rules, rejectAtScore }: FraudRules): string[] {
  const ids = rules.map(({ id }) => id);
  const problems = ids.flatMap((id, index) =>
    ids.indexOf(id) === index ? [] : [`rules[${index}].id must be unique, got ${quoted(id)} again`],
  );
  const sum = rules.reduce((total, { weight }) => total + weight, 0);
  if (rejectAtScore > sum) {
    problems.push(
      `rejectAtScore must be at most ${sum}, the sum of all weights, or nothing is ever rejected, got ${rejectAtScore}`,
    );
  }
  return problems;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    // V8's message quotes the text: it is configuration, and what an operator looks for.
    throw new InvalidRules([`the document must be JSON, got ${error instanceof Error ? error.message : 'no JSON'}`]);
  }
}

/** A path as one writes it: `rules[0].weight`. */
const at = (path: readonly PropertyKey[]): string =>
  path.length === 0
    ? 'the document'
    : path
        .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
        .join('')
        .replace(/^\./, '');

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const quoted = (value: unknown): string => {
  const json = value === undefined ? 'nothing' : JSON.stringify(value);
  return json.length > 80 ? `${json.slice(0, 80)}…` : json;
};
