/** A rule that a value breaks, in parts, so that a report over a whole file can put its own path in front. */
export interface Problem {
  /** The field as the caller wrote it, for instance `onPremises.addresses[1]`. */
  readonly field: string;
  /** The rule with its limits and unit: `must be an integer from 1 to 60 (seconds)`. */
  readonly must: string;
  /** What was given instead. */
  readonly got: unknown;
  /** What to do about it. */
  readonly fix: string;
}

/** A value as messages show it: as JSON, where JSON has it. */
export function quoted(value: unknown): string {
  if (value === undefined) return 'nothing';
  try {
    return plain(value) ?? JSON.stringify(value, (_key, item: unknown) => plain(item) ?? item);
  } catch {
    return 'an object that cannot be shown';
  }
}

// JSON has no NaN and no infinity (it would show both as null), no functions and no symbols, and refuses big integers.
function plain(value: unknown): string | undefined {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function' || typeof value === 'symbol') return typeof value;
  return typeof value === 'number' && !Number.isFinite(value) ? `${value}` : undefined;
}

/** The problem as one sentence: `<field> must <rule>, got <value>; <what to do>`. */
export const problemText = ({ field, must, got, fix }: Problem): string =>
  `${field} ${must}, got ${quoted(got)}; ${fix}`;

/** The problem, where its rule is broken. */
export const when = (isBroken: boolean, problem: Problem): Problem[] => (isBroken ? [problem] : []);

/**
 * Refuses a construct's props.
 * @throws Error with every problem, one a line, when there is any
 */
export function requireNone(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new Error(problems.map(problemText).join('\n'));
}
