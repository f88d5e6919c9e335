import { quoted } from '../constructs/validation/problem';

/** A path inside an environment file: keys and list positions. */
export type Path = readonly (string | number)[];

/** One rule that one value of one environment file breaks. */
export interface Problem {
  readonly path: Path;
  /** The rule with its limits and unit, as it follows the path: `must be an integer from 1 to 900 (seconds)`. */
  readonly must: string;
  /** The value that was found; undefined when nothing was. */
  readonly got: unknown;
  /** What to do. */
  readonly fix: string;
}

/** A problem and the file it is in. */
export interface LocatedProblem extends Problem {
  readonly file: string;
}

const LONGEST_QUOTE = 160;

const shortened = (text: string): string =>
  text.length <= LONGEST_QUOTE ? text : `${text.slice(0, LONGEST_QUOTE)}… (${text.length} characters)`;

const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A path as it is written in TypeScript: `network.availabilityZones["us-east-1a"]`, `onPremises.cidrs[0]`. */
export function formatPath(path: Path): string {
  if (path.length === 0) return '(the whole file)';
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (!PLAIN_KEY.test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join('');
}

/** The path that a text such as `onPremises.addresses[0]` names. */
export function parsePath(text: string): Path {
  return text
    .split(/[.[\]]+/)
    .filter((step) => step !== '')
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

/** The problem as one line: file, path, rule, value, what to do. */
export function formatProblem({ file, path, must, got, fix }: LocatedProblem): string {
  return `${file}: ${formatPath(path)} ${must}, got ${shortened(quoted(got))}; ${fix}`;
}

/** Everything that is wrong with the environment files. Its message holds one line a problem. */
export class InvalidEnvironments extends Error {
  override readonly name = 'InvalidEnvironments';

  constructor(readonly problems: readonly LocatedProblem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super([`${count} in the environment files; nothing was written`, ...problems.map(formatProblem)].join('\n'));
  }
}
