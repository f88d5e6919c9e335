import * as z from 'zod/mini';
import { ExplainedError } from '../runtime/error-fields';
import type { Clearance } from './clearance';

const PERCENT = 'must be an integer from 0 to 100 (percent of traffic to AWS)';
const TEXT = 'must be a text that is not empty';

const percent = () => z.int(PERCENT).check(z.gte(0, PERCENT), z.lte(100, PERCENT));
const text = () => z.string(TEXT).check(z.minLength(1, TEXT));

const CLEARANCE = z.object(
  {
    minAwsWeight: percent(),
    maxAwsWeight: percent(),
    reason: text(),
    by: text(),
    at: z.iso.datetime('must be a time in UTC as ISO 8601 writes it'),
  },
  'must be a JSON object',
);

/** What is wrong with something that should be a clearance: all of it, each a sentence with the value found. */
export function clearanceProblems(value: unknown): readonly string[] {
  const { success, data, error } = CLEARANCE.safeParse(value);
  if (success) {
    const { minAwsWeight, maxAwsWeight } = data;
    return minAwsWeight <= maxAwsWeight
      ? []
      : [`minAwsWeight must be at most maxAwsWeight (${maxAwsWeight}), got ${minAwsWeight}`];
  }
  const sentences = error.issues.map(({ path: [field], message }) => {
    const found = field === undefined ? value : (value as Readonly<Record<PropertyKey, unknown>>)[field];
    return `${field === undefined ? 'it' : String(field)} ${message}, got ${JSON.stringify(found) ?? 'nothing'}`;
  });
  return [...new Set(sentences)];
}

/**
 * Reads a clearance.
 * @param place what it stands in, for the message
 * @throws ExplainedError with everything that is wrong
 */
export function parseClearance(json: string, place: string): Clearance {
  const value = jsonOf(json);
  const problems = clearanceProblems(value);
  if (problems.length > 0) {
    throw new ExplainedError(
      `${place} must hold a clearance: ${problems.join('; ')}. The function traffic-guard writes it anew within a minute`,
    );
  }
  const { minAwsWeight, maxAwsWeight, reason, by, at } = value as Clearance;
  return { minAwsWeight, maxAwsWeight, reason, by, at };
}

/** What is no JSON is a text like any other that is no clearance. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The clearance as Terraform reads it, its fields always in this order. */
export const clearanceJson = ({ minAwsWeight, maxAwsWeight, reason, by, at }: Clearance): string =>
  JSON.stringify({ minAwsWeight, maxAwsWeight, reason, by, at });
