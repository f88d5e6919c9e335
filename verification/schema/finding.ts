/** What a stack may break; the word that a report shows. */
export const RULES = [
  'unknown-type',
  'unknown-argument',
  'missing-argument',
  'wrong-type',
  'computed-only',
  'too-few-blocks',
  'too-many-blocks',
  'unresolved-reference',
  'unknown-attribute',
  'deprecated',
] as const;

export type Rule = (typeof RULES)[number];

/** One thing that is wrong with a stack. */
export interface Finding {
  /** The Terraform address, for instance `aws_s3_bucket.Audit` or `data.aws_region.Here`. */
  readonly address: string;
  /** The argument's path inside the block, for instance `rule[0].filter.prefix`; empty for the block itself. */
  readonly argument: string;
  readonly rule: Rule;
  /** The rule in words, with the value that breaks it. */
  readonly message: string;
}

/** Whether a finding fails the verification. What is deprecated still works, so it is reported only. */
export const isFailure = (finding: Finding): boolean => finding.rule !== 'deprecated';

/** A finding on one line. */
export function formatFinding({ address, argument, rule, message }: Finding): string {
  return `${rule}  ${argument === '' ? address : `${address}: ${argument}`}  ${message}`;
}
