import { quoted } from '../../validation/problem';

/** An error is refused; a warning is shown, because it may be right where the linter cannot see why. */
export type Severity = 'error' | 'warning';

/** One unsafe value. */
export interface Finding {
  /** The rule's id. */
  readonly rule: string;
  readonly severity: Severity;
  /** Where the value stands in what was linted: keys and list positions. */
  readonly path: readonly (string | number)[];
  /** The path as text: `FullLoadSettings.TargetTablePrepMode`, `tables[0].primaryKey`. */
  readonly setting: string;
  readonly value: unknown;
  /** What it must be, as it follows the setting: `must be "DO_NOTHING"`. */
  readonly must: string;
  /** What happens otherwise. */
  readonly reason: string;
  /** AWS's page (or PostgreSQL's) that says so. */
  readonly page: string;
}

/** What every rule of the linter says of itself. */
export interface RuleHead {
  readonly id: string;
  readonly severity: Severity;
  readonly reason: string;
  readonly page: string;
}

/** What a rule found, before the rule's own words are added. */
export interface Hit {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
  readonly must: string;
}

/** A path as text, as a caller would write it. */
export const settingOf = (path: readonly (string | number)[]): string =>
  path.map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${step}`)).join('');

/** A rule's finding. */
export const finding = ({ id, severity, reason, page }: RuleHead, hit: Hit): Finding => ({
  rule: id,
  severity,
  path: hit.path,
  setting: settingOf(hit.path),
  value: hit.value,
  must: hit.must,
  reason,
  page,
});

/** The finding as one line: setting, rule, value, reason, page. */
export const findingText = ({ setting, must, value, reason, page }: Finding): string =>
  `${setting} ${must}, got ${quoted(value)}; ${reason} (${page})`;

/** The findings that are refused. */
export const errorsOf = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ severity }) => severity === 'error');

/**
 * Refuses what has findings that are errors.
 * @param what what was linted, for instance `replication`
 * @throws Error with every error, one a line, when there is any
 */
export function refuseErrors(what: string, findings: readonly Finding[]): void {
  const errors = errorsOf(findings);
  if (errors.length === 0) return;
  const count = errors.length === 1 ? '1 unsafe value' : `${errors.length} unsafe values`;
  throw new Error([`${what} must be safe for the data, got ${count}`, ...errors.map(findingText)].join('\n'));
}
