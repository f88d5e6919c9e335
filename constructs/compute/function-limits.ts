import { Token } from 'cdktf';

interface Limit {
  readonly least: number;
  readonly most: number;
  readonly unit: string;
}

/**
 * What Lambda accepts.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
 */
export const FUNCTION_LIMITS = {
  memorySizeMib: { least: 128, most: 10_240, unit: 'MiB' },
  timeoutSeconds: { least: 1, most: 900, unit: 'seconds' },
  // AWS keeps 100 of an account's executions for functions without reservation; the account's quota is not known here.
  reservedConcurrency: { least: 0, most: 1_000_000, unit: 'concurrent executions' },
  maximumRetryAttempts: { least: 0, most: 2, unit: 'attempts' },
  maximumEventAgeSeconds: { least: 60, most: 21_600, unit: 'seconds' },
} as const satisfies Readonly<Record<string, Limit>>;

export type LimitedField = keyof typeof FUNCTION_LIMITS;

/**
 * Checks numbers of a function; undefined ones are left to their default.
 * @throws Error that lists every value outside its limit, and every token: what Terraform computes cannot be checked
 */
export function requireWithinLimits(values: Readonly<Partial<Record<LimitedField, number>>>): void {
  const problems = Object.entries<number | undefined>(values).flatMap(([field, value]) => {
    if (value === undefined) return [];
    const { least, most, unit } = FUNCTION_LIMITS[field as LimitedField];
    if (Token.isUnresolved(value)) return [`${field} must be a number known at synthesis, got a token; write it out`];
    if (Number.isInteger(value) && value >= least && value <= most) return [];
    return [
      `${field} must be a whole number of ${unit} from ${least} to ${most}, got ${value}; choose one in that range`,
    ];
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));
}
