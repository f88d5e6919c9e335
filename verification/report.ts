import { formatFinding, isFailure, type Finding } from './schema/finding';
import type { Validation } from './terraform/validate-stack';

/** The schema check of one stack. */
export interface SchemaCheck {
  readonly title: string;
  readonly resources: number;
  readonly findings: readonly Finding[];
  readonly seconds: number;
}

/** What one verification ran and found. */
export interface Outcome {
  readonly schemaChecks: readonly SchemaCheck[];
  readonly validations: readonly Validation[];
  /** What did not run, with the reason. */
  readonly skipped: readonly string[];
}

const seconds = (value: number): string => `${value.toFixed(1)} s`;

const indent = (lines: readonly string[]): string[] => lines.map((line) => `    ${line}`);

/** One stack's schema check: a line, and the findings below it. */
export function schemaCheckLines({ title, resources, findings, seconds: took }: SchemaCheck): string[] {
  const failures = findings.filter(isFailure).length;
  const notes = findings.length - failures;
  const verdict = `${failures === 0 ? 'ok' : `${failures} wrong`}${notes === 0 ? '' : `, ${notes} deprecated`}`;
  return [
    `  ${title.padEnd(24)} ${String(resources).padStart(4)} resources  ${seconds(took)}  ${verdict}`,
    ...indent(findings.map(formatFinding)),
  ];
}

/** One stack's validation: a line, and the errors and warnings below it. */
export function validationLines({ title, errors, warnings, initSeconds, validateSeconds }: Validation): string[] {
  const verdict = errors.length === 0 ? 'valid' : `${errors.length} error(s)`;
  return [
    `  ${title.padEnd(24)} init ${seconds(initSeconds)}  validate ${seconds(validateSeconds)}  ${verdict}`,
    ...indent(errors.map((error) => `error  ${error}`)),
    ...indent([...new Set(warnings)].map((warning) => `warning  ${warning}`)),
  ];
}

/** How many checks passed and failed; one check is one part of the verification on one stack. */
export function countChecks({ schemaChecks, validations }: Outcome): { passed: number; failed: number } {
  const failed =
    schemaChecks.filter(({ findings }) => findings.some(isFailure)).length +
    validations.filter(({ errors }) => errors.length > 0).length;
  return { passed: schemaChecks.length + validations.length - failed, failed };
}

/** Which parts ran, which did not and why, and the sum. */
export function summaryLines(outcome: Outcome): string[] {
  const { schemaChecks, validations, skipped } = outcome;
  const ran = [
    ...(schemaChecks.length === 0 ? [] : [`schema check of ${schemaChecks.length} stacks`]),
    ...(validations.length === 0 ? [] : [`terraform init and validate of ${validations.length} stacks`]),
  ];
  const { passed, failed } = countChecks(outcome);
  return [
    `Ran: ${ran.length === 0 ? 'nothing' : ran.join(', ')}`,
    ...(skipped.length === 0 ? ['Skipped: nothing'] : skipped.map((reason) => `Skipped: ${reason}`)),
    `verify: ${passed} passed, ${failed} failed`,
  ];
}
