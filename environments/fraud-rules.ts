import { InvalidRules, parseRules } from '../lambda/fraud-detection/rules';

/**
 * What a parameter of the advanced tier holds, in bytes.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
 */
export const MAX_RULES_LENGTH = 8192;

interface RuleProblem {
  /** The path in the document; empty for the whole of it. */
  readonly field: string;
  readonly must: string;
  readonly got: unknown;
}

/** What fraud-detection would refuse in its rules, in its own words. */
export function fraudRulesProblems(rules: unknown): RuleProblem[] {
  try {
    parseRules(JSON.stringify(rules));
    return [];
  } catch (error) {
    if (!(error instanceof InvalidRules)) throw error;
    return error.problems.map((line) => {
      const [, place = '', must = line] = /^(.*?) (must .*?)(?:, got .*)?$/s.exec(line) ?? [];
      const field = place === 'the document' ? '' : place;
      return { field, must, got: valueAt(rules, field) };
    });
  }
}

const valueAt = (value: unknown, field: string): unknown =>
  field
    .split(/[.[\]]+/)
    .filter((step) => step !== '')
    .reduce<unknown>(
      (at, step) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[step] : undefined),
      value,
    );
